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

/// Runs that would take hours end when their time is over, wherever they are.
@Suite("Limits of calls", .timeLimit(.minutes(1)))
struct CallLimitTests {
    private static let contract = "0x00000000000000000000000000000000000000c3"
    /// Jumps for ever.
    private static let jumps = "0x5b600056"
    /// Fills slots until its gas is gone.
    private static let stores = "0x5b5a8055600056"
    /// Calls an empty account with a megabyte for ever, at the price of a hundred gas once it has paid for its memory.
    private static let calls = "0x5b5f5f620fffff5f60995afa50600056"

    private func chain(gas: UInt64 = 1 << 50) throws -> SealedChain {
        try SealedChain {
            $0.callGasCap = gas
            $0.callTimeLimit = .milliseconds(300)
        }
    }

    private func overrides(_ code: String) -> JSONValue { .object([.init(Self.contract, ["code": .string(code)])]) }

    @Test("a call, an estimate, an access list, a trace and a simulation end within one run", arguments: [jumps, calls])
    func runs(_ code: String) async throws {
        let chain = try chain()
        let call: JSONValue = ["to": .string(Self.contract), "gas": "0x2000000000000"]
        let timeout = RPCError(code: -32000, message: "execution aborted (timeout)")
        for method in ["eth_call", "eth_estimateGas"] {
            await #expect(throws: timeout) { try await chain.call(method, call, "latest", overrides(code)) }
        }
        await #expect(throws: timeout) { try await chain.call("eth_createAccessList", call, "latest", overrides(code)) }
        await #expect(throws: timeout) {
            try await chain.call("debug_traceCall", call, "latest", ["tracer": "callTracer", "stateOverrides": overrides(code)])
        }
        let blocks: JSONValue = [
            [
                "stateOverrides": overrides(code), "blockOverrides": ["gasLimit": "0x2000000000000"],
                "calls": [["to": .string(Self.contract)]],
            ]
        ]
        await #expect(throws: timeout) { try await chain.call("eth_simulateV1", ["blockStateCalls": blocks], "latest") }
        // The next call has its turn.
        #expect(try await chain.call("eth_call", ["to": .string(Self.contract)], "latest") == "0x")
    }

    @Test("a contract in the place of a system contract cannot burn more than the cap")
    func systemCalls() async throws {
        let chain = try SealedChain { $0.callGasCap = 50_000_000 }
        let loop: JSONValue = .object([.init("0x0000f90827f1c53a10cb7a02335b175320002935", ["code": .string(Self.stores)])])
        let error = await #expect(throws: RPCError.self) {
            try await chain.call(
                "eth_simulateV1", ["blockStateCalls": [["stateOverrides": loop], ["blockOverrides": ["number": "0x100"]]]], "latest")
        }
        #expect(error?.message.contains("RPC gas cap exhausted") == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test("the states of a pruning node begin where they are kept")
    func capabilities() async throws {
        let chain = try SealedChain { $0.stateHistory = .recent(4) }
        var hashes: [Hash32] = []
        for _ in 0..<12 { hashes.append(try await chain.mine().blockHash) }
        #expect(try await chain.call("eth_capabilities")["state"]?["oldestBlock"] == "0x0")
        _ = try await chain.node.forkchoiceUpdated(
            .init(headBlockHash: hashes[11], safeBlockHash: hashes[9], finalizedBlockHash: hashes[9]), attributes: nil)
        let state = try await chain.call("eth_capabilities")
        #expect(
            state["state"]?["oldestBlock"] == "0x6" && state["stateproofs"]?["oldestBlock"] == "0x6"
                && state["blocks"]?["oldestBlock"] == "0x0")
        _ = try await chain.call("eth_getBalance", .data(chain.key.address), "0x6")
        await #expect(throws: RPCError.self) { try await chain.call("eth_getBalance", .data(chain.key.address), "0x5") }
    }
}
