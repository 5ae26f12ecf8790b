import SpecTests
import TestSupport
import Testing

/// The official `ssz_static` suite: serialisation, root and JSON form of random values of every Electra container.
@Suite("Official ssz_static vectors", .needs(vectors: "consensus/minimal/electra/ssz_static")) struct OfficialVectorTests {
    @Test("minimal, Electra") func minimal() {
        let report = SpecTests.run(Present.vectors("consensus/minimal/electra/ssz_static"))
        print("ssz_static: \(report.passed) passed, \(report.failed) failed")
        #expect(report.failures.isEmpty, "\(report.summary)")
        #expect(report.passed > 200)
    }
}
