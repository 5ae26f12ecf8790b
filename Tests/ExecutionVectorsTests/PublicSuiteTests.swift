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
}
