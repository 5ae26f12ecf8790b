import Foundation
import SpecTests
import TestSupport
import Testing

/// The full official vectors and our fork's, when their folder stands beside the repository.
@Suite(.needs(vectors: "consensus")) struct SharedVectorsTests {
    static let suites = [
        "consensus/minimal/electra/operations", "consensus/minimal/electra/epoch_processing",
        "consensus/minimal/electra/rewards", "consensus/minimal/electra/sanity", "consensus/minimal/phase0", "consensus/bls",
        "pol/pol_n4_seed1.jsonl",
    ]

    @Test(arguments: suites) func allPass(suite: String) {
        let report = SpecTests.run(Present.vectors(suite))
        print(
            "\(suite): \(report.passed) passed, \(report.failed) failed, \(report.skipped) skipped, \(report.superseded) SUPERSEDED")
        #expect(report.failed == 0, "\(report.summary)")
        // A file of the folder may be damaged; nothing else is left out.
        let cutOff = report.skipReasons.filter { $0.key.hasSuffix("is cut off") }.values.reduce(0, +)
        for (reason, count) in report.skipReasons where reason.hasPrefix("SUPERSEDED") { print("\(count) \(reason)") }
        #expect(report.skipped == cutOff, "\(report.summary)")
        #expect(report.passed + report.superseded > 0, "no vector found in \(suite)")
    }
}
