import EVM
import ExecutionVectors
import Foundation
import TestSupport
import Testing

/// A runner that cannot fail proves nothing: wrong expectations must be reported.
@Suite("Vector runner")
struct RunnerTests {
    private func run(_ json: String, _ body: (URL) -> VectorReport) throws -> VectorReport {
        let folder = TemporaryFolder()
        let file = URL(filePath: folder.path("vectors.json"))
        try Data(json.utf8).write(to: file)
        return body(file)
    }

    /// A transfer of 1 wei under Shanghai, with the post-state hash left to the caller.
    private func transfer(hash: String, exception: String = "") -> String {
        """
        {"transfer": {
          "env": {"currentCoinbase": "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba", "currentDifficulty": "0x0",
            "currentGasLimit": "0x5f5e100", "currentNumber": "0x1", "currentTimestamp": "0x3e8", "currentBaseFee": "0xa"},
          "pre": {"0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b":
            {"balance": "0xde0b6b3a7640000", "code": "0x", "nonce": "0x0", "storage": {}}},
          "transaction": {"data": ["0x"], "gasLimit": ["0x5208"], "gasPrice": "0xa", "nonce": "0x0", "value": ["0x1"],
            "secretKey": "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8",
            "to": "0x095e7baea6a6c7c4c2dfeb977efac326af552d87"},
          "post": {"Shanghai": [{"hash": "\(hash)", \(exception)
            "indexes": {"data": 0, "gas": 0, "value": 0}}]}}}
        """
    }

    @Test("a wrong state root is a failure that names both roots")
    func wrongRoot() throws {
        let hash = "0x" + String(repeating: "11", count: 32)
        let report = try run(transfer(hash: hash)) { ExecutionVectors.stateTests($0) }
        #expect(report.failures.count == 1)
        #expect(report.failures.first?.contains("expected") == true)
        #expect(report.summary == "0 passed, 1 failed, 0 skipped")
    }

    @Test("a transaction that runs where it should be refused is a failure")
    func missingException() throws {
        let hash = "0x" + String(repeating: "11", count: 32)
        let text = transfer(hash: hash, exception: "\"expectException\": \"TR_NoFunds\",")
        let report = try run(text) { ExecutionVectors.stateTests($0) }
        #expect(report.failures.first?.contains("should be refused") == true)
    }

    @Test("malformed JSON, missing members and unknown forks are reported, never passed")
    func malformed() throws {
        #expect(try run("{", { ExecutionVectors.stateTests($0) }).failures.count == 1)
        #expect(try run(#"{"a": {"post": {"Shanghai": [{}]}}}"#) { ExecutionVectors.stateTests($0) }.failures.count == 1)
        #expect(try run(#"{"a": {"post": {"Futuria": [{}]}}}"#) { ExecutionVectors.stateTests($0) }.skipped == 1)
        let accepted = #"{"a": {"txbytes": "0xc0", "result": {"London": {"hash": "0x00"}}}}"#
        #expect(try run(accepted) { ExecutionVectors.transactionTests($0) }.failures.count == 1)
    }
}
