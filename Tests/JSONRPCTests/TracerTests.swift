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

/// The tracers on contracts whose instructions are written out here, with the gas of the yellow paper's and the EIPs' tables.
@Suite("Tracers over JSON-RPC")
struct TracerTests {
    private let chain: SealedChain
    private let word: Address
    /// Calls `word` with 7.
    private let caller: Address

    /// Deploys both contracts.
    init() async throws {
        chain = try SealedChain()
        word = EVM.createAddress(chain.key.address, nonce: 0)
        caller = EVM.createAddress(chain.key.address, nonce: 1)
        let code: [UInt8] =
            [0x60, 0x07, 0x60, 0x00, 0x52, 0x60, 0x20, 0x60, 0x00, 0x60, 0x20, 0x60, 0x00, 0x60, 0x00, 0x73] + word.bytes + [
                0x5a, 0xf1, 0x00,
            ]
        let initcode: [UInt8] = [0x60, UInt8(code.count), 0x80, 0x60, 0x0b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3] + code
        _ = try await chain.send(chain.sign(nonce: 0, to: nil, data: WordContract.initcode, gas: 200_000))
        _ = try await chain.send(chain.sign(nonce: 1, to: nil, data: initcode, gas: 200_000))
        try await chain.mine()
    }

    /// Sends a transaction into a block of its own, and gives its hash and receipt.
    private func mined(_ to: Address, _ data: [UInt8], nonce: UInt64 = 2) async throws -> (hash: JSONValue, receipt: JSONValue) {
        let hash = try await chain.send(chain.sign(nonce: nonce, to: to, data: data, gas: 200_000))
        try await chain.mine()
        return (hash, try await chain.call("eth_getTransactionReceipt", hash))
    }

    private static let five = UInt256(5).bigEndianHash.bytes

    @Test("the struct logger notes each instruction with its gas, stack and storage")
    func structLogger() async throws {
        let (hash, receipt) = try await mined(word, Self.five)
        let trace = try await chain.call("debug_traceTransaction", hash, ["enableMemory": true])
        let steps = try #require(trace["structLogs"]?.array)
        let expected: [(String, Int)] = [
            ("CALLDATASIZE", 2), ("PUSH1", 3), ("JUMPI", 10), ("JUMPDEST", 1), ("PUSH1", 3), ("CALLDATALOAD", 3), ("PUSH1", 3),
            ("SSTORE", 22_100), ("PUSH1", 3), ("CALLDATALOAD", 3), ("PUSH1", 3), ("MSTORE", 6), ("PUSH1", 3), ("PUSH1", 3), ("PUSH1", 3),
            ("LOG1", 1006), ("PUSH1", 3), ("SLOAD", 100), ("PUSH1", 3), ("MSTORE", 3), ("PUSH1", 3), ("PUSH1", 3), ("RETURN", 0),
        ]
        #expect(steps.map { $0["op"]?.string } == expected.map(\.0))
        #expect(steps.map { $0["gasCost"]?.int } == expected.map(\.1))
        // 21,000, and a word of which one byte is not zero.
        let used = 21_000 + 31 * 4 + 16 + expected.reduce(0) { $0 + $1.1 }
        #expect(trace["gas"]?.int == used && receipt["gasUsed"] == .quantity(UInt64(used)))
        #expect(trace["failed"] == false && trace["returnValue"] == .data(Self.five))
        #expect(steps[7]["storage"] == .object([.init(Hash32.zero.hex, .data(UInt256(5).bigEndianHash))]))
        #expect(steps[7]["stack"] == ["0x5", "0x0"] && steps[7]["depth"] == 1 && steps[7]["pc"] == 50)
        #expect(steps[16]["memory"] == [.data(Self.five)] && steps[22]["stack"] == ["0x20", "0x0"])
        let bare = try await chain.call("debug_traceTransaction", hash, ["disableStack": true, "disableStorage": true, "limit": 3])
        #expect(bare["structLogs"]?.array?.count == 3)
        #expect(bare["structLogs"]?.array?.allSatisfy { $0["stack"] == nil && $0["storage"] == nil && $0["memory"] == nil } == true)
    }

    @Test("the call tracer tells the tree of calls, their logs and why they failed")
    func calls() async throws {
        let (hash, receipt) = try await mined(caller, [])
        let call = try await chain.call("debug_traceTransaction", hash, ["tracer": "callTracer", "tracerConfig": ["withLog": true]])
        #expect(call["type"] == "CALL" && call["from"] == .data(chain.key.address) && call["to"] == .data(caller) && call["value"] == "0x0")
        #expect(call["gas"] == "0x30d40" && call["gasUsed"] == receipt["gasUsed"] && call["input"] == "0x" && call["output"] == nil)
        let inner = try #require(call["calls"]?.array?.first)
        #expect(call["calls"]?.array?.count == 1 && inner["from"] == .data(caller) && inner["to"] == .data(word))
        let seven = JSONValue.data(UInt256(7).bigEndianHash)
        #expect(inner["input"] == seven && inner["output"] == seven && inner["error"] == nil)
        #expect(inner["logs"]?.array?.first?["data"] == seven && inner["logs"]?.array?.first?["position"] == "0x0")
        let top = try await chain.call("debug_traceTransaction", hash, ["tracer": "callTracer", "tracerConfig": ["onlyTopCall": true]])
        #expect(top["calls"] == nil && top["gasUsed"] == call["gasUsed"])
        let reverted = try await chain.call(
            "debug_traceCall", ["to": .data(word), "from": .data(chain.key.address)], "latest", ["tracer": "callTracer"])
        #expect(reverted["error"] == "execution reverted" && reverted["revertReason"] == "no")
        // The same in a block: one entry a transaction, and a plain one by its number.
        let block = try await chain.call("debug_traceBlockByNumber", "latest", ["tracer": "callTracer", "tracerConfig": ["withLog": true]])
        #expect(block == [["txHash": hash, "result": call]])
    }

    @Test("the prestate tracer tells what was there before, and what became of it")
    func prestate() async throws {
        _ = try await mined(word, Self.five)
        let before = try await chain.call("eth_getBalance", .data(chain.key.address), "latest")
        let (hash, _) = try await mined(word, UInt256(6).bigEndianHash.bytes, nonce: 3)
        let after = try await chain.call("eth_getBalance", .data(chain.key.address), "latest")
        let state = try await chain.call("debug_traceTransaction", hash, ["tracer": "prestateTracer"])
        let slot = Hash32.zero.hex
        #expect(state[chain.key.address.hex] == ["balance": before, "nonce": 3])
        #expect(state[word.hex]?["storage"] == .object([.init(slot, .data(UInt256(5).bigEndianHash))]))
        #expect(state[word.hex]?["code"] == .data(WordContract.code) && state[word.hex]?["nonce"] == 1)
        let diff = try await chain.call("debug_traceTransaction", hash, ["tracer": "prestateTracer", "tracerConfig": ["diffMode": true]])
        #expect(diff["pre"]?[word.hex]?["storage"] == .object([.init(slot, .data(UInt256(5).bigEndianHash))]))
        #expect(diff["post"]?[word.hex] == ["storage": .object([.init(slot, .data(UInt256(6).bigEndianHash))])])
        #expect(diff["post"]?[chain.key.address.hex] == ["balance": after, "nonce": 4])
        let plain = try await chain.call(
            "debug_traceTransaction", hash, ["tracer": "prestateTracer", "tracerConfig": ["disableCode": true, "disableStorage": true]])
        #expect(plain[word.hex]?["code"] == nil && plain[word.hex]?["storage"] == nil)
    }

    @Test("calls are traced on pretended states; unknown tracers and genesis are refused")
    func corners() async throws {
        let other = JSONValue.data(Self.address(0x77))
        let overrides: JSONValue = ["stateOverrides": .object([.init(Self.address(0x77).hex, ["code": .data(WordContract.code)])])]
        let trace = try await chain.call("debug_traceCall", ["to": other, "data": .data(Self.five)], "latest", overrides)
        #expect(trace["structLogs"]?.array?.count == 23 && trace["returnValue"] == .data(Self.five))
        #expect(try await chain.call("debug_traceCall", ["to": other], "latest", ["tracer": "noopTracer"]) == [:])
        await #expect(throws: RPCError.self) { try await chain.call("debug_traceCall", ["to": other], "latest", ["tracer": "4byteTracer"]) }
        await #expect(throws: RPCError(code: -32000, message: "genesis is not traceable")) {
            try await chain.call("debug_traceBlockByNumber", "earliest")
        }
    }

    private static func address(_ byte: UInt8) -> Address { Address([UInt8](repeating: byte, count: 20)) ?? .zero }
}
