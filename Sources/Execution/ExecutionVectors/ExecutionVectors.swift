public import EVM
public import Foundation
import JSON

/// Runs public execution vectors.
public enum ExecutionVectors {
    /// All state tests of a file or folder.
    public static func stateTests(_ location: URL, fork: EVMRevision? = nil) -> VectorReport {
        run(location) { StateTest($0).run(fork: fork) }
    }

    /// All transaction tests of a file or folder.
    public static func transactionTests(_ location: URL) -> VectorReport {
        run(location) { TransactionTest($0).run() }
    }

    /// All blockchain tests of a file or folder.
    public static func blockchainTests(_ location: URL) -> VectorReport {
        run(location) { BlockchainTest($0).run() }
    }

    /// All tests of the difficulty before the merge.
    public static func difficultyTests(_ location: URL) -> VectorReport {
        run(location) { DifficultyTest($0).run() }
    }

    private static func run(_ location: URL, _ body: (JSONValue.Member) -> VectorReport) -> VectorReport {
        var report = VectorReport()
        for file in VectorFiles.list(location) {
            do {
                for test in try VectorFiles.tests(file) {
                    var one = body(test)
                    one.failures = one.failures.map { "\(file.lastPathComponent): \($0)" }
                    report.formUnion(one)
                }
            } catch {
                report.failures.append("\(file.lastPathComponent): \(error)")
            }
        }
        return report
    }
}
