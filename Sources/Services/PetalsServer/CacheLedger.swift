import PeerIdentity
import Synchronization

/// Who holds how much of the memory for keys and values. One unit is a token in one block.
final class CacheLedger: Sendable {
    private struct State {
        var used = 0
        var usedByPeer: [PeerID: Int] = [:]
    }

    let capacity: Int
    private let capacityPerPeer: Int
    private let state = Mutex(State())

    init(capacity: Int, perPeer: Int) { (self.capacity, capacityPerPeer) = (capacity, perPeer) }

    /// What nobody holds.
    var left: Int { capacity - state.withLock { $0.used } }

    /// Runs `body` with so many units for `peer`.
    ///
    /// - Throws: `noRoom` where the peer, or all together, would hold too much.
    func holding<Value>(_ units: Int, for peer: PeerID, _ body: () async throws -> Value) async throws -> Value {
        try state.withLock { state in
            let left = min(capacity - state.used, capacityPerPeer - state.usedByPeer[peer, default: 0])
            guard units <= left else { throw PetalsServerError.noRoom(tokens: units, left: left) }
            state.used += units
            state.usedByPeer[peer, default: 0] += units
        }
        defer {
            state.withLock { state in
                state.used -= units
                let rest = state.usedByPeer[peer, default: 0] - units
                state.usedByPeer[peer] = rest > 0 ? rest : nil
            }
        }
        return try await body()
    }
}
