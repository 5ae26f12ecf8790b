public import BeaconTypes
public import ChainSync
public import LibP2P
import LibP2PProtocols
public import Logging
public import PeerIdentity
public import Primitives

/// Makes connected peers that give blocks of this chain the sources of a node's synchronisation, and takes them away when they go.
public struct PeerSources: Sendable {
    /// Peers that are asked; more would only make the questions more.
    static let limit = 32

    private let host: Host
    private let sync: ChainSync
    private let chain: Root
    private let spec: BeaconSpec
    private let blame: @Sendable (PeerID) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - chain: the chain's `genesis_validators_root`.
    ///   - blame: is told of peers whose answers no honest node gives.
    public init(
        host: Host, sync: ChainSync, chain: Root, spec: BeaconSpec, blame: @escaping @Sendable (PeerID) -> Void = { _ in }, logger: Logger
    ) {
        (self.host, self.sync, self.chain, self.spec) = (host, sync, chain, spec)
        (self.blame, self.logger) = (blame, logger)
    }

    /// Runs until it is cancelled.
    public func run() async {
        let (events, faults) = (host.events(), await sync.faults())
        await withDiscardingTaskGroup { tasks in
            tasks.addTask {
                for await reported in faults {
                    // Blocks that are refused, and heads that are not held, may come from an honest peer that was told so itself.
                    guard reported.fault == .malformed else { continue }
                    for peer in host.connectedPeers where peer.description == reported.source { blame(peer) }
                }
            }
            var known: Set<PeerID> = []
            for await event in events {
                switch event {
                case .connected: break
                case .identified(let peer):
                    guard host.peerEntry(peer)?.protocols.contains(BlockRequest.name(of: chain)) == true, known.count < Self.limit,
                        known.insert(peer).inserted
                    else { continue }
                    logger.info("Blocks can be had from a peer", metadata: ["peer": "\(peer)", "peers": "\(known.count)"])
                    await sync.add(PeerBlockSource(peer, host: host, chain: chain, spec: spec))
                    // Who waits for somebody to ask does not wait for the next slot.
                    tasks.addTask { await sync.followNow() }
                case .disconnected(let peer):
                    guard known.remove(peer) != nil else { continue }
                    await sync.remove(peer.description)
                    // Others were left out for want of room.
                    for other in host.connectedPeers where known.count == Self.limit - 1 && !known.contains(other) {
                        guard host.peerEntry(other)?.protocols.contains(BlockRequest.name(of: chain)) == true else { continue }
                        known.insert(other)
                        await sync.add(PeerBlockSource(other, host: host, chain: chain, spec: spec))
                    }
                }
            }
            tasks.cancelAll()
        }
    }
}
