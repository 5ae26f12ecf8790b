import ExecutionVectors
import Foundation
import TestSupport
import Testing

/// State tests that `scripts/vectors/evm_eips.py` filled by the executable specification, and those that
/// `scripts/fuzz-evm.py` found: the public state tests end at Shanghai.
@Suite("Filled state tests")
struct FilledCaseTests {
    static let names = [
        "eip1153", "eip2537", "eip2935", "eip4788", "eip4844", "eip4844_kzg", "eip5656", "eip6780", "eip7516", "eip7623",
        "eip7702", "eip7823", "eip7825", "eip7883", "eip7939", "eip7951",
    ]

    @Test("EIPs of Cancun and Prague", arguments: names)
    func eips(name: String) throws {
        let file = try #require(Bundle.module.url(forResource: "Vectors/eips/\(name)", withExtension: "json"))
        let report = ExecutionVectors.stateTests(file)
        #expect(report.failures == [])
        #expect(report.passed == 50)
    }

    /// An account's code or a slot of the expectation changed: the runner must notice.
    @Test("a wrong root fails")
    func wrongRoot() throws {
        let file = try #require(Bundle.module.url(forResource: "Vectors/eips/eip7516", withExtension: "json"))
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacingOccurrences(of: #"("hash"\s*:\s*"0x)[0-9a-f]{2}"#, with: "$100", options: .regularExpression)
        let folder = TemporaryFolder()
        let copy = URL(filePath: folder.path("wrong.json"))
        try text.write(to: copy, atomically: true, encoding: .utf8)
        #expect(ExecutionVectors.stateTests(copy).failures.count == 50)
    }

    /// A hash of 65 digits is none, and the failure says where it stands.
    @Test("a malformed root fails")
    func malformedRoot() throws {
        let file = try #require(Bundle.module.url(forResource: "Vectors/eips/eip7516", withExtension: "json"))
        let text = try String(contentsOf: file, encoding: .utf8).replacingOccurrences(of: "\"hash\":\"0x", with: "\"hash\":\"0x0")
        let folder = TemporaryFolder()
        let copy = URL(filePath: folder.path("malformed.json"))
        try text.write(to: copy, atomically: true, encoding: .utf8)
        let failures = ExecutionVectors.stateTests(copy).failures
        #expect(failures.count == 50)
        #expect(failures.allSatisfy { $0.hasPrefix("\(copy.lastPathComponent): eip7516_") })
    }
}
