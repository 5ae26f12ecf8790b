public import Logging
public import NodeRecords
import Primitives
import RLPx
public import RLPxHost
public import Secp256k1

/// Whom to dial, and when: peers that the operator names are kept, found ones fill the places that are left.
public actor PeerDialer {
    private struct Candidate {
        let key: Secp256k1PublicKey
        let endpoint: NodeEndpoint
        /// Named by the operator: dialled again for ever.
        var isKept: Bool
        var failures = 0
        var nextTry: ContinuousClock.Instant
        var isDialling = false
    }

    /// Found nodes that are remembered.
    static let capacity = 256
    /// After which a found node is forgotten.
    static let patience = 4
    private static let concurrency = 8

    private let host: RLPxHost
    private let wanted: Int
    private let logger: Logger
    private var candidates: [NodeID: Candidate] = [:]

    /// - Parameter wanted: peers up to which found nodes are dialled; the other places are for those that dial.
    public init(host: RLPxHost, wanted: Int, logger: Logger) { (self.host, self.wanted, self.logger) = (host, wanted, logger) }

    public var known: Int { candidates.count }

    /// A node that was found.
    public func offer(_ key: Secp256k1PublicKey, at endpoint: NodeEndpoint) {
        guard key != host.publicKey, candidates[key.nodeID] == nil, candidates.count < Self.capacity else { return }
        candidates[key.nodeID] = Candidate(key: key, endpoint: endpoint, isKept: false, nextTry: .now)
    }

    /// A node that the operator wants to be connected to. Returns whether it can be dialled.
    public func keep(_ node: BootNode) -> Bool {
        guard let endpoint = node.tcpEndpoint, node.publicKey != host.publicKey else { return false }
        candidates[node.nodeID] = Candidate(key: node.publicKey, endpoint: endpoint, isKept: true, nextTry: .now)
        return true
    }

    /// A node that the operator does not want: it is not dialled again, and its connection ends.
    public func drop(_ node: BootNode) async {
        candidates[node.nodeID] = nil
        await host.peers.first { $0.nodeID == node.nodeID }?.disconnect(.requested)
    }

    /// Dials whoever is due. Call it about once a second.
    public func dialDue() async {
        let connected = Set(await host.peers.map { peer in peer.nodeID })
        var room = min(wanted - connected.count, Self.concurrency - candidates.values.count { $0.isDialling })
        for (id, candidate) in candidates where !candidate.isDialling && !connected.contains(id) && candidate.nextTry <= .now {
            guard candidate.isKept || room > 0 else { continue }
            room -= 1
            candidates[id]?.isDialling = true
            Task { await self.dial(id, candidate) }
        }
    }

    private func dial(_ id: NodeID, _ candidate: Candidate) async {
        do throws(RLPxHostError) {
            try await host.connect(candidate.key, at: candidate.endpoint)
            settle(id, failures: 0, again: 10)
        } catch {
            logger.debug("A peer was not reached", metadata: ["peer": "\(candidate.endpoint)", "reason": "\(error)"])
            let failures = (candidates[id]?.failures ?? 0) + 1
            if !candidate.isKept, failures >= Self.patience { candidates[id] = nil }
            // 5, 10, 20 … seconds, ten minutes at most.
            settle(id, failures: failures, again: min(600, 5 << min(failures - 1, 10)))
        }
    }

    private func settle(_ id: NodeID, failures: Int, again seconds: Int) {
        candidates[id]?.isDialling = false
        candidates[id]?.failures = failures
        candidates[id]?.nextTry = .now + .seconds(seconds)
    }
}
