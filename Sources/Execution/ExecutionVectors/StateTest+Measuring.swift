import EVM
import Foundation
import JSON
import Transactions

extension StateTest {
    /// The processor time of the first fork's choices, one after another: the execution alone, without state roots.
    ///
    /// - Parameter repeats: how often each choice runs on a fresh state; the least time counts.
    /// - Returns: milliseconds.
    public func measure(repeats: Int) throws -> Double {
        guard let fork = content["post"]?.object?.first, let revision = EVMRevision(vectorName: fork.name) else {
            throw VectorError("\(name) names no known fork")
        }
        var sum = 0.0
        for choice in fork.value.array ?? [] {
            var best = Double.infinity
            let (transaction, sender) = try transaction(choice, revision)
            for _ in 0..<max(1, repeats) {
                var machine = try machine(revision)
                let start = clock()
                _ = try machine.evm.applyTransaction(transaction, sender: sender)
                best = min(best, Double(clock() - start) * 1000 / Double(CLOCKS_PER_SEC))
            }
            sum += best
        }
        return sum
    }
}
