public import LibP2P
public import LibP2PProtocols
public import Logging
import Multiformats
public import PeerIdentity
import Synchronization

/// A node's DHT tells where the same node's beacon node listens, by the record that the beacon node's own key signed: who finds one
/// finds the other. Discovery by node records does the same for clients that know no DHT.
public enum BeaconIntroduction {
    public static let name = "/polai/beacon_node/1.0.0"
    static let limit = 4096
    private static let patience: Duration = .seconds(10)
    /// How often a node that does not listen yet is asked again.
    private static let attempts = 5
    /// Nodes that are asked at once. A node says who it is as often as it likes; it is asked once at a time.
    private static let atOnce = 64

    /// Tells everybody who asks `host` of `beacon`.
    public static func serve(_ host: Host, of beacon: Host) {
        host.give(name, within: patience) { try beacon.sealedRecord() }
    }

    /// Connects `beacon` with the beacon nodes of those that `host` meets, until cancelled.
    public static func run(_ host: Host, for beacon: Host, logger: Logger) async {
        let asked = Asked()
        await withDiscardingTaskGroup { tasks in
            for await event in host.events() {
                guard case .identified(let peer) = event, host.peerEntry(peer)?.protocols.contains(name) == true,
                    asked.begin(peer, limit: atOnce)
                else { continue }
                tasks.addTask {
                    await meet(peer, host, beacon, logger)
                    asked.end(peer)
                }
            }
            tasks.cancelAll()
        }
    }

    /// Who is asked now.
    private final class Asked: Sendable {
        private let peers = Mutex<Set<PeerID>>([])

        func begin(_ peer: PeerID, limit: Int) -> Bool { peers.withLock { $0.count < limit && $0.insert(peer).inserted } }
        func end(_ peer: PeerID) { peers.withLock { _ = $0.remove(peer) } }
    }

    private static func meet(_ peer: PeerID, _ host: Host, _ beacon: Host, _ logger: Logger) async {
        for attempt in 0..<attempts {
            do {
                let record = try await fetch(from: peer, over: host)
                guard record.peer != beacon.peerID else { return }
                if !record.addresses.isEmpty {
                    beacon.learn(record.addresses, of: record.peer)
                    try await beacon.connect(to: record.peer, at: record.addresses)
                    return
                }
            } catch {
                logger.debug("no beacon node is met through a peer", metadata: ["peer": "\(peer)", "reason": "\(error)"])
            }
            guard (try? await Task.sleep(for: .seconds(1 << attempt))) != nil, host.connectedPeers.contains(peer) else { return }
        }
    }

    /// What a node tells of its beacon node.
    public static func fetch(from peer: PeerID, over host: Host) async throws -> PeerRecord {
        try PeerRecord(envelope: try await host.take(name, from: peer, limit: limit, within: patience))
    }
}
