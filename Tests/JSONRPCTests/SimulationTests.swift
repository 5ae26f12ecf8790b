import EVM
import EngineTypes
import ExecutionChain
import ExecutionNode
import JSON
import JSONRPCCore
import Primitives
import Secp256k1
import ServiceInterfaces
import Testing
import Transactions

@testable import JSONRPC

/// `eth_simulateV1` on a chain of this project's kind.
@Suite("Simulations over JSON-RPC")
struct SimulationTests {
    private let chain: SealedChain
    private static let poor = "0x00000000000000000000000000000000000000c1"
    private static let other = "0x00000000000000000000000000000000000000c2"
    private static let contract = "0x00000000000000000000000000000000000000c3"

    init() throws { chain = try SealedChain() }

    private func simulate(_ blocks: [JSONValue], _ more: [JSONValue.Member] = []) async throws -> [JSONValue] {
        try #require(try await chain.call("eth_simulateV1", .object([.init("blockStateCalls", .array(blocks))] + more), "latest").array)
    }

    private func code(_ blocks: [JSONValue], _ more: [JSONValue.Member] = []) async -> Int? {
        (await #expect(throws: RPCError.self) { try await simulate(blocks, more) })?.code
    }

    @Test("blocks follow each other, and see what those before them left")
    func blocks() async throws {
        let head = try #require(await chain.node.block(.latest)).payload
        let made = try await simulate([
            [
                "stateOverrides": .object([.init(Self.poor, ["balance": "0x64"])]),
                "calls": [["from": .string(Self.poor), "to": .string(Self.other), "value": "0x3c"]],
            ],
            ["blockOverrides": ["number": "0x4", "time": .quantity(head.timestamp + 1000), "feeRecipient": .string(Self.contract)]],
            ["calls": [["from": .string(Self.other), "to": .string(Self.poor), "value": "0x3c"]]],
        ])
        // Two blocks were left out between the first and the fourth, and are there.
        #expect(made.map { $0["number"] } == ["0x1", "0x2", "0x3", "0x4", "0x5"])
        #expect(made[0]["parentHash"] == .data(head.blockHash))
        for index in 1..<made.count { #expect(made[index]["parentHash"] == made[index - 1]["hash"]) }
        #expect(made[3]["timestamp"] == .quantity(head.timestamp + 1000) && made[3]["miner"] == .string(Self.contract))
        #expect(made[4]["timestamp"] == .quantity(head.timestamp + 1012))
        for index in [0, 4] {
            let call = try #require(made[index]["calls"]?.array?.first)
            #expect(
                call["status"] == "0x1" && call["gasUsed"] == "0x5208" && call["returnData"] == "0x" && made[index]["gasUsed"] == "0x5208")
        }
        // Nothing of it stays.
        #expect(try await chain.call("eth_blockNumber") == "0x0")
        #expect(try await chain.call("eth_getBalance", .string(Self.other), "latest") == "0x0")
    }

    @Test("a call comes to what the same transaction comes to in a block")
    func likeABlock() async throws {
        let sender = JSONValue.data(chain.key.address)
        let contract = EVM.createAddress(chain.key.address, nonce: 0)
        let data = JSONValue.data(UInt256(9).bigEndianHash)
        let made = try await simulate([
            ["calls": [["from": sender, "input": .data(WordContract.initcode)]]],
            ["calls": [["from": sender, "to": .data(contract), "input": data]]],
        ])
        _ = try await chain.send(chain.sign(nonce: 0, to: nil, data: WordContract.initcode, gas: 200_000))
        try await chain.mine()
        let hash = try await chain.send(chain.sign(nonce: 1, to: contract, data: UInt256(9).bigEndianHash.bytes, gas: 200_000))
        try await chain.mine()
        let receipt = try await chain.call("eth_getTransactionReceipt", hash)
        let call = try #require(made[1]["calls"]?.array?.first)
        #expect(call["gasUsed"] == receipt["gasUsed"] && call["returnData"] == data)
        let (simulated, real) = (try #require(call["logs"]?.array?.first), try #require(receipt["logs"]?.array?.first))
        for name in ["address", "topics", "data", "logIndex"] { #expect(simulated[name] == real[name], "\(name)") }
        let block = try await chain.call("eth_getBlockByNumber", "latest", false)
        #expect(made[1]["receiptsRoot"] == block["receiptsRoot"])
    }

    @Test("transfers leave logs where that is asked for; whole transactions name their senders")
    func transfers() async throws {
        let call: JSONValue = ["from": .string(Self.poor), "to": .string(Self.other), "value": "0x5"]
        let funded: JSONValue = .object([.init(Self.poor, ["balance": "0x64"])])
        let made = try await simulate(
            [["stateOverrides": funded, "calls": [call]]], [.init("traceTransfers", true), .init("returnFullTransactions", true)])
        let log = try #require(made[0]["calls"]?.array?.first?["logs"]?.array?.first)
        #expect(log["address"] == "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee" && log["data"] == .data(UInt256(5).bigEndianHash))
        // keccak("Transfer(address,address,uint256)")
        #expect(log["topics"]?.array?.first == "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")
        let transaction = try #require(made[0]["transactions"]?.array?.first)
        #expect(transaction["from"] == .string(Self.poor) && transaction["blockHash"] == made[0]["hash"])
        let plain = try await simulate([["stateOverrides": funded, "calls": [call]]])
        #expect(plain[0]["calls"]?.array?.first?["logs"] == [] && plain[0]["transactions"]?.array?.first?.string?.count == 66)
    }

    @Test("what fails in a call is told there; what cannot begin has the specification's code")
    func failures() async throws {
        let reverting: JSONValue = .object([.init(Self.contract, ["code": .data(WordContract.code)])])
        let made = try await simulate([
            [
                "stateOverrides": reverting,
                "calls": [["to": .string(Self.contract)], ["to": .string(Self.contract), "gas": "0x5300", "input": "0x01"]],
            ]
        ])
        let calls = try #require(made[0]["calls"]?.array)
        #expect(calls[0]["status"] == "0x0" && calls[0]["error"]?["code"] == 3 && calls[0]["error"]?["message"] == "execution reverted: no")
        #expect(calls[0]["returnData"] == "0x" && calls[0]["error"]?["data"]?.string?.hasPrefix("0x08c379a0") == true)
        #expect(calls[1]["error"]?["code"] == -32015 && calls[1]["error"]?["message"]?.string?.hasPrefix("out of gas") == true)
        let transfer: JSONValue = ["from": .string(Self.poor), "to": .string(Self.other), "value": "0x1"]
        #expect(await code([["calls": [transfer]]]) == -38014)
        #expect(await code([["calls": [["from": .string(Self.poor), "gas": "0x5207", "to": .string(Self.other)]]]]) == -38013)
        #expect(
            await code([["blockOverrides": ["gasLimit": "0x5207"], "calls": [["to": .string(Self.other), "gas": "0x5208"]]]]) == -38015)
        #expect(await code([["blockOverrides": ["number": "0x5"]], ["blockOverrides": ["number": "0x5"]]]) == -38020)
        #expect(await code([["blockOverrides": ["time": "0x1"]]]) == -38021)
        #expect(await code([["blockOverrides": ["number": "0x101"]]]) == -38026)
        #expect(await code([JSONValue](repeating: [:], count: 257)) == -38026)
        #expect(await code([]) == -32602)
        let sender = JSONValue.data(chain.key.address)
        let validating: [JSONValue.Member] = [.init("validation", true)]
        let paid: (JSONValue) -> JSONValue = { ["from": sender, "to": sender, "nonce": $0, "maxFeePerGas": "0x77359400"] }
        #expect(try await simulate([["calls": [paid("0x0")]]], validating).count == 1)
        #expect(await code([["calls": [paid("0x1")]]], validating) == -38011)
        #expect(await code([["calls": [paid("0x0"), paid("0x0")]]], validating) == -38010)
        #expect(await code([["calls": [["from": sender, "to": sender, "maxFeePerGas": "0x1"]]]], validating) == -38012)
    }

    @Test("256 blocks of the contracts' own calls stay under the cap of gas")
    func longest() async throws {
        let made = try await simulate([["blockOverrides": ["number": "0x100"]]])
        #expect(made.count == 256 && made.last?["number"] == "0x100")
    }
}
