import ExecutionVectors
import Foundation
import Testing

/// A quick selection of the public suites; `scripts/conformance.py` runs all of them.
@Suite("Public execution suites", .enabled(if: SharedVectors.arePresent))
struct PublicSuiteTests {
    @Test(
        "state tests",
        arguments: [
            ("stExample", 39), ("stShift", 42), ("stCodeCopyTest", 2), ("stEIP2930", 140), ("stSLoadTest", 1),
        ])
    func stateTests(folder: String, cases: Int) {
        let report = ExecutionVectors.stateTests(SharedVectors.folder.appending(path: "GeneralStateTests/" + folder))
        #expect(report.failures == [])
        #expect(report.skipped == 0)
        #expect(report.passed == cases, "\(report.summary)")
    }

    @Test("transaction tests")
    func transactionTests() {
        let report = ExecutionVectors.transactionTests(SharedVectors.folder.appending(path: "TransactionTests"))
        #expect(report.failures == [])
        #expect(report.skipped == 0)
        #expect(report.passed == 2665)
    }

    @Test("blockchain tests", arguments: [("bcEIP4844-blobtransactions", 1), ("bcEIP1153-transientStorage", 3), ("bcWalletTest", 5)])
    func blockchainTests(folder: String, cases: Int) {
        let report = ExecutionVectors.blockchainTests(SharedVectors.folder.appending(path: "BlockchainTests/ValidBlocks/" + folder))
        #expect(report.failures == [])
        #expect(report.skipped == 0)
        #expect(report.passed == cases)
    }

    @Test("difficulty tests", arguments: [("dfFrontier", 101), ("dfGrayGlacier", 2000)])
    func difficultyTests(folder: String, cases: Int) {
        let report = ExecutionVectors.difficultyTests(SharedVectors.folder.appending(path: "DifficultyTests/" + folder))
        #expect(report.failures == [])
        #expect(report.skipped == 0)
        #expect(report.passed >= cases)
    }
}
