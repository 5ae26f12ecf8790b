import ExecutionVectors
import JSON
import Primitives
import Testing

/// `polai t8n`: its shapes, and what it does with what is not right.
@Suite("State transition tool")
struct TransitionToolTests {
    static let sender = "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b"
    static let alloc = #"{"0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b": {"balance": "0xde0b6b3a7640000"}}"#
    static let environment = """
        {"currentCoinbase": "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba", "currentGasLimit": "0x1c9c380",
         "currentNumber": "1", "currentTimestamp": "1000", "currentBaseFee": "0x7",
         "currentRandom": "0x0000000000000000000000000000000000000000000000000000000000000001",
         "withdrawals": [{"index": "0x0", "validatorIndex": "0x0", "amount": "0x2a",
                          "address": "0x00000000000000000000000000000000000000aa"}]}
        """

    private func transfer(nonce: String) -> String {
        """
        {"type": "0x2", "chainId": "0x1", "nonce": "\(nonce)", "to": "0x00000000000000000000000000000000000000bb",
         "gas": "0x5208", "maxFeePerGas": "0xa", "maxPriorityFeePerGas": "0x1", "value": "0x64", "input": "0x",
         "secretKey": "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8"}
        """
    }

    private func run(_ transactions: String, fork: String = "Shanghai") throws -> TransitionTool.Output {
        try TransitionTool(fork: fork).run(
            alloc: JSONValue(parsing: Self.alloc), environment: JSONValue(parsing: Self.environment),
            transactions: JSONValue(parsing: transactions))
    }

    @Test("a transfer and a withdrawal; a wrong nonce is refused by its position")
    func transfers() throws {
        let output = try run("[\(transfer(nonce: "0x0")), \(transfer(nonce: "0x5")), \(transfer(nonce: "0x1"))]")
        #expect(output.alloc["0x00000000000000000000000000000000000000bb"]?["balance"] == "0xc8")
        #expect(output.alloc["0x00000000000000000000000000000000000000aa"]?["balance"] == "0x9c7652400")
        #expect(output.alloc["0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba"]?["balance"] == "0xa410")
        #expect(output.alloc[Self.sender]?["nonce"] == "0x2")
        #expect(output.result["gasUsed"] == "0xa410")
        #expect(output.result["receipts"]?.array?.count == 2)
        #expect(output.result["receipts"]?.array?.last?["cumulativeGasUsed"] == "0xa410")
        #expect(output.result["rejected"]?.array?.count == 1)
        #expect(output.result["rejected"]?.array?.first?["index"] == 1)
        // The body is what ran, and runs again.
        let again = try run("\"\(output.body.hex)\"")
        #expect(again.result == output.result.removing("rejected"))
    }

    @Test("unknown forks, missing members and malformed transactions are errors or refusals, never crashes")
    func badInput() throws {
        #expect(throws: (any Error).self) { try TransitionTool(fork: "Futuria") }
        #expect(throws: (any Error).self) { try run("{}") }
        #expect(throws: (any Error).self) { try run("\"0xzz\"") }
        #expect(throws: (any Error).self) { try run("[]", fork: "Prague") }
        let output = try run(#"[{}, {"type": "0x9"}, {"type": "0x0", "nonce": "0x0", "gasPrice": "0x1"}]"#)
        #expect(output.result["rejected"]?.array?.count == 3)
        let tool = try TransitionTool(fork: "Shanghai")
        #expect(throws: (any Error).self) { try tool.run(alloc: .null, environment: .null, transactions: .array([])) }
    }
}

extension JSONValue {
    fileprivate func removing(_ name: String) -> JSONValue { .object((object ?? []).filter { $0.name != name }) }
}
