public import Logging
public import NodeRecords
import Primitives
import RLPx
public import RLPxHost
public import Secp256k1

/// Whom to dial, and when: peers that the operator names are kept, found ones fill the places that are left.
public actor PeerDialer {
    struct Candidate: Sendable {
        let key: Secp256k1PublicKey
        var endpoint: NodeEndpoint
        /// Named by the operator: dialled again for ever.
        var isKept: Bool
        var failures = 0
        var nextTry: ContinuousClock.Instant
        /// Since when it is connected, as far as this was seen.
        var connectedSince: ContinuousClock.Instant?
    }

    /// Found nodes that are remembered.
    static let capacity = 256
    /// After so many failures a found node is forgotten.
    static let patience = 4
    /// A connection that ends earlier is a failure: nodes of other chains hang up when they hear of this node's.
    static let steady = Duration.seconds(60)
    private static let concurrency = 8

    private let host: RLPxHost
    private let wanted: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger
    private(set) var candidates: [NodeID: Candidate] = [:]
    private(set) var dials: [NodeID: Task<Void, Never>] = [:]
    /// Nodes that the operator does not want, which may be found again.
    private var dropped: Set<NodeID> = []

    /// - Parameters:
    ///   - wanted: peers that are dialled; the other places are for those that dial.
    ///   - now: a clock that only goes forward.
    public init(
        host: RLPxHost, wanted: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }, logger: Logger
    ) {
        (self.host, self.wanted, self.now, self.logger) = (host, wanted, now, logger)
    }

    /// A node that was found.
    public func offer(_ key: Secp256k1PublicKey, at endpoint: NodeEndpoint) {
        let id = key.nodeID
        guard key != host.publicKey, candidates[id] == nil, !dropped.contains(id), candidates.count < Self.capacity else { return }
        candidates[id] = Candidate(key: key, endpoint: endpoint, isKept: false, nextTry: now())
    }

    /// A node that the operator wants to be connected to. Returns whether it can be dialled.
    public func keep(_ node: BootNode) -> Bool {
        guard let endpoint = node.tcpEndpoint, node.publicKey != host.publicKey else { return false }
        dropped.remove(node.nodeID)
        var candidate = candidates[node.nodeID] ?? Candidate(key: node.publicKey, endpoint: endpoint, isKept: true, nextTry: now())
        (candidate.endpoint, candidate.isKept, candidate.failures, candidate.nextTry) = (endpoint, true, 0, now())
        candidates[node.nodeID] = candidate
        return true
    }

    /// A node that the operator does not want: it is not dialled again until it is named, and its connection ends.
    public func drop(_ node: BootNode) async {
        candidates[node.nodeID] = nil
        dropped.insert(node.nodeID)
        await host.peers.first { $0.nodeID == node.nodeID }?.disconnect(.requested)
    }

    /// Dials whoever is due. Call it about once a second.
    public func dialDue() async {
        let asked = now()
        let peers = await host.peers
        let connected = Set(peers.map { peer in peer.nodeID })
        for (id, candidate) in candidates {
            guard let since = candidate.connectedSince, since < asked, !connected.contains(id) else { continue }
            candidates[id]?.connectedSince = nil
            if asked - since < Self.steady { fail(id) } else { settle(id, failures: 0, again: 10) }
        }
        let room = Self.concurrency - dials.count
        var free = min(room, wanted - dials.count - peers.count { !$0.isInbound })
        let time = now()
        for (id, candidate) in candidates where dials[id] == nil && !connected.contains(id) && candidate.nextTry <= time {
            guard candidate.isKept || free > 0 else { continue }
            free -= 1
            dials[id] = Task { await self.dial(id, candidate) }
        }
    }

    private func dial(_ id: NodeID, _ candidate: Candidate) async {
        defer { dials[id] = nil }
        do throws(RLPxHostError) {
            let peer = try await host.connect(candidate.key, at: candidate.endpoint)
            // The operator may have thought better of it meanwhile.
            guard candidates[id] != nil else { return peer.disconnect(.requested) }
            // What came before is forgiven when the connection has lasted.
            candidates[id]?.connectedSince = now()
        } catch {
            logger.debug("A peer was not reached", metadata: ["peer": "\(candidate.endpoint)", "reason": "\(error)"])
            switch error {
            // This node's own doing.
            case .refused(.tooManyPeers), .stopped: settle(id, failures: candidates[id]?.failures ?? 0, again: 10)
            default: fail(id)
            }
        }
    }

    private func fail(_ id: NodeID) {
        guard let candidate = candidates[id] else { return }
        let failures = candidate.failures + 1
        guard candidate.isKept || failures < Self.patience else {
            candidates[id] = nil
            return
        }
        // 5, 10, 20 … seconds, ten minutes at most.
        settle(id, failures: failures, again: Double(min(600, 5 << min(failures - 1, 10))))
    }

    /// Two nodes that dial each other should not do so in step: up to half as long is added.
    private func settle(_ id: NodeID, failures: Int, again seconds: Double) {
        candidates[id]?.failures = failures
        candidates[id]?.nextTry = now() + .seconds(seconds * Double.random(in: 1...1.5))
    }
}
