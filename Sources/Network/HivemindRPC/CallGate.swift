import PeerIdentity
import Synchronization

/// Lets so many calls in at once, over all peers and for each; the others wait in their order.
final class CallGate: Sendable {
    /// Why a call is not served.
    enum Refusal: Error { case tooMany }

    private struct Waiter {
        let number: UInt64
        let peer: PeerID
        let entry: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var running: [PeerID: Int] = [:]
        var total = 0
        var waiting: [Waiter] = []
        var waitingByPeer: [PeerID: Int] = [:]
        var next: UInt64 = 0
    }

    private let limits: CallLimits
    private let state = Mutex(State())

    init(_ limits: CallLimits) { self.limits = limits }

    /// Whether nobody is inside or waits.
    var isEmpty: Bool { state.withLock { $0.total == 0 && $0.waiting.isEmpty && $0.waitingByPeer.isEmpty } }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs `body` when there is room.
    func pass<Value: Sendable>(_ peer: PeerID, _ body: () async throws -> Value) async throws -> Value {
        try await enter(peer)
        defer { leave(peer) }
        return try await body()
    }

    private func enter(_ peer: PeerID) async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        // Who was let in and cancelled meanwhile runs on to its own end.
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (entry: CheckedContinuation<Void, any Error>) in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    // The handler below, once called, waits for this lock or has passed it in vain.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if hasRoom(for: peer, state) {
                        admit(peer, &state)
                        return .success(())
                    }
                    guard state.waiting.count < limits.waiting, state.waitingByPeer[peer, default: 0] < limits.waitingPerPeer else {
                        return .failure(Refusal.tooMany)
                    }
                    state.waitingByPeer[peer, default: 0] += 1
                    state.waiting.append(Waiter(number: number, peer: peer, entry: entry))
                    return nil
                }
                if let outcome { entry.resume(with: outcome) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                guard let place = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
                let waiter = state.waiting.remove(at: place)
                Self.decrement(&state.waitingByPeer, waiter.peer)
                return waiter
            }
            waiter?.entry.resume(throwing: CancellationError())
        }
    }

    private func leave(_ peer: PeerID) {
        let admitted: [CheckedContinuation<Void, any Error>] = state.withLock { state in
            state.total -= 1
            Self.decrement(&state.running, peer)
            var admitted: [CheckedContinuation<Void, any Error>] = []
            while let place = state.waiting.firstIndex(where: { hasRoom(for: $0.peer, state) }) {
                let waiter = state.waiting.remove(at: place)
                Self.decrement(&state.waitingByPeer, waiter.peer)
                admit(waiter.peer, &state)
                admitted.append(waiter.entry)
            }
            return admitted
        }
        for entry in admitted { entry.resume() }
    }

    private func hasRoom(for peer: PeerID, _ state: State) -> Bool {
        state.total < limits.atOnce && state.running[peer, default: 0] < limits.atOncePerPeer
    }

    private func admit(_ peer: PeerID, _ state: inout State) {
        state.total += 1
        state.running[peer, default: 0] += 1
    }

    private static func decrement(_ counts: inout [PeerID: Int], _ peer: PeerID) {
        counts[peer, default: 0] -= 1
        if counts[peer, default: 0] <= 0 { counts[peer] = nil }
    }
}
