import BlockingWork
import ExecutionChain
import Foundation
import Primitives

/// Checks work of headers on threads of its own: with the light cache it takes milliseconds a header.
struct WorkSeals: Sendable {
    private let engine: any SealEngine
    private let worker = BlockingWorker("polai.work-checks", isConcurrent: true)

    init(_ engine: any SealEngine) { self.engine = engine }

    /// Whether nonce and mix hash of each header are its work; the first that are not.
    func firstUnsealed(_ headers: [BlockHeader]) async throws -> Int? {
        let share = max(1, (headers.count + Self.threads - 1) / Self.threads)
        let engine = engine
        return try await withThrowingTaskGroup(of: Int?.self) { group in
            for begin in stride(from: 0, to: headers.count, by: share) {
                let part = headers[begin..<min(begin + share, headers.count)]
                group.addTask {
                    try await worker.run { cancellation -> Int? in
                        for (index, header) in zip(part.indices, part) {
                            guard !cancellation.isSet else { throw CancellationError() }
                            guard try engine.mixHash(SealTask(work: header), nonce: header.nonce.bigEndianNumber) == header.mixHash else {
                                return index
                            }
                        }
                        return nil
                    }
                }
            }
            var first: Int?
            for try await found in group { if let found { first = min(found, first ?? found) } }
            return first
        }
    }

    /// The mix hash of a seal.
    func mixHash(_ task: SealTask, nonce: UInt64) async throws -> Hash32? {
        let engine = engine
        return try await worker.run { _ in try engine.mixHash(task, nonce: nonce) }
    }

    private static let threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
}

extension SealTask {
    /// What a block before the merge is sealed by.
    init(work header: BlockHeader) {
        self.init(sealHash: header.ethashSealHash, number: header.number, difficulty: header.difficulty)
    }
}
