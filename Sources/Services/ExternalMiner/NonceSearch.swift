import Foundation
import Primitives
import ProofOfWork
import Synchronization

/// The search for one piece of work, on threads of its own, until a seal is found or it is ended.
final class NonceSearch: Sendable {
    struct Found: Sendable, Equatable {
        let nonce: UInt64
        let mixHash: Hash32
    }

    private struct State {
        var found: Found?
        var isEnded = false
        var waiters: [UInt64: CheckedContinuation<Found?, Never>] = [:]
        var next: UInt64 = 0
    }

    let work: MinerWork
    private let isOver = Atomic(false)
    private let tried = Atomic<UInt64>(0)
    private let state = Mutex(State())

    private let dataset: (any EthashDataset)?

    /// - Parameter start: where the first thread begins; two miners of one work begin far apart.
    init(_ work: MinerWork, threads: Int, from start: UInt64, dataset: (any EthashDataset)? = nil) {
        self.work = work
        self.dataset = dataset
        for index in 0..<UInt64(threads) {
            let thread = Thread { [self] in search(from: start &+ UInt64.max / UInt64(threads) &* index) }
            thread.name = "miner-\(index)"
            thread.start()
        }
    }

    /// Nonces tried so far.
    var attempts: UInt64 { tried.load(ordering: .relaxed) }

    func end() { finish(nil) }

    /// The seal, once it is found; `nil` when the time is over or the search was ended without one.
    func found(within limit: Duration) async -> Found? {
        await withCheckedContinuation { continuation in
            let (isDone, found, ticket) = state.withLock { state in
                guard state.found == nil, !state.isEnded else { return (true, state.found, UInt64(0)) }
                state.next += 1
                state.waiters[state.next] = continuation
                return (false, nil, state.next)
            }
            guard !isDone else { return continuation.resume(returning: found) }
            Task {
                try? await Task.sleep(for: limit)
                state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume(returning: nil)
            }
        }
    }

    private func finish(_ found: Found?) {
        isOver.store(true, ordering: .relaxed)
        let waiters = state.withLock { state -> [CheckedContinuation<Found?, Never>] in
            guard !state.isEnded else { return [] }
            (state.isEnded, state.found) = (true, found)
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: found) }
    }

    private func search(from start: UInt64) {
        guard var search = try? SealSearch(sealHash: work.sealHash, number: work.number, boundary: work.boundary, from: start) else {
            return end()
        }
        search.dataset = dataset
        while !isOver.load(ordering: .relaxed) {
            let before = search.attempts
            let nonce = search.step(count: 8)
            tried.add(search.attempts - before, ordering: .relaxed)
            guard let nonce else { continue }
            return finish(search.found.map { Found(nonce: nonce, mixHash: $0.mixHash) })
        }
    }
}
