import BlockingWork
import Foundation
import Transformer

extension ComputeContext {
    /// Starts threads for learning.
    ///
    /// - Parameters:
    ///   - threads: as many as the machine has cores when `nil`.
    ///   - precedence: what goes first where cores are few.
    init(threads: Int?, precedence: Precedence = .command) throws {
        let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
        guard let pool = ComputePool(threads: count, niceness: precedence.rawValue) else {
            throw SetupError("the system refuses to start \(count) threads; use fewer with --threads")
        }
        self.init(pool: pool)
    }
}

/// The threads on which a node's model works.
struct LearningThreads: Sendable {
    let gate: ComputeContext
    let training: ComputeContext
    /// One thread to which all others are preferred.
    let quiet: ComputeContext

    /// - Parameter count: for gate and training each; as many as the machine has cores when `nil`.
    init(_ count: Int?) throws {
        gate = try ComputeContext(threads: count, precedence: .judging)
        training = try ComputeContext(threads: count, precedence: .training)
        quiet = try ComputeContext(threads: 1, precedence: .beforehand)
    }
}

extension ProgressBar {
    /// Shows how far the loading of the model called `name` is, in layers read and their count.
    static func loading<Model>(_ name: String, _ load: (_ progress: (Int, Int) -> Void) throws -> Model) rethrows -> Model {
        let bar = ProgressBar("Loading \(name)")
        defer { bar.finish() }
        return try load { bar.update(Double($0) / Double(max(1, $1))) }
    }
}
