import BlockingWork
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

    let work: MinerWork
    private let tried = Atomic<UInt64>(0)
    /// No seal where the search was ended without one.
    private let outcome = FirstOutcome<Found?>()

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

    func end() { outcome.settle(.success(nil)) }

    /// The seal, once it is found; `nil` when the time is over or the search was ended without one.
    func found(within limit: Duration) async -> Found? { (try? await outcome.value(within: limit)) ?? nil }

    private func search(from start: UInt64) {
        Precedence.sealing.lowerThisThread()
        guard var search = try? SealSearch(sealHash: work.sealHash, number: work.number, boundary: work.boundary, from: start) else {
            return end()
        }
        search.dataset = dataset
        while !outcome.isSettled {
            let before = search.attempts
            let nonce = search.step(count: 8)
            tried.add(search.attempts - before, ordering: .relaxed)
            guard let nonce else { continue }
            outcome.settle(.success(search.found.map { Found(nonce: nonce, mixHash: $0.mixHash) }))
        }
    }
}
