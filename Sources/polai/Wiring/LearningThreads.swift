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

extension ProgressBar {
    /// Shows how far the loading of the model called `name` is, in layers read and their count.
    static func loading<Model>(_ name: String, _ load: (_ progress: (Int, Int) -> Void) throws -> Model) rethrows -> Model {
        let bar = ProgressBar("Loading \(name)")
        defer { bar.finish() }
        return try load { bar.update(Double($0) / Double(max(1, $1))) }
    }
}
