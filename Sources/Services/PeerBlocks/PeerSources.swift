public import BeaconTypes
public import ChainSync
public import LibP2P
import LibP2PProtocols
import PeerIdentity

/// Makes every connected peer that gives blocks a source of a node's synchronisation, and takes it away when it goes.
public struct PeerSources: Sendable {
    private let host: Host
    private let sync: ChainSync
    private let spec: BeaconSpec

    public init(host: Host, sync: ChainSync, spec: BeaconSpec) { (self.host, self.sync, self.spec) = (host, sync, spec) }

    /// Runs until it is cancelled or the host ends.
    public func run() async {
        for await event in host.events() {
            switch event {
            case .connected: break
            case .identified(let peer):
                guard host.peerEntry(peer)?.protocols.contains(BlockRequest.name) == true else { continue }
                await sync.add(PeerBlockSource(peer, host: host, spec: spec))
            case .disconnected(let peer): await sync.remove(peer.description)
            }
        }
    }
}
