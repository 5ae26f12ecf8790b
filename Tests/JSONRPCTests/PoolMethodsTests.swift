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

@Suite("The pool's limits over JSON-RPC")
struct PoolMethodsTests {
    private static let to = Address([UInt8](repeating: 0x35, count: 20)) ?? .zero
    private let chain: SealedChain

    init() throws { chain = try SealedChain() }

    private func refusal(_ transaction: Transaction) async -> String? {
        (await #expect(throws: RPCError.self) { try await chain.send(transaction) })?.message
    }

    @Test("64 transactions of a sender may wait for an earlier nonce, and all of them come when it is there")
    func queue() async throws {
        for nonce in 1...64 { _ = try await chain.send(chain.sign(nonce: UInt64(nonce), to: Self.to)) }
        #expect(try await chain.call("txpool_status") == ["pending": "0x0", "queued": "0x40"])
        #expect(await refusal(chain.sign(nonce: 65, to: Self.to)) == "account limit exceeded")
        let content = try await chain.call("txpool_contentFrom", .data(chain.key.address))
        #expect(content["pending"] == [:] && content["queued"]?.object?.count == 64)
        #expect(try await chain.call("eth_getTransactionCount", .data(chain.key.address), "pending") == "0x0")
        _ = try await chain.send(chain.sign(nonce: 0, to: Self.to))
        #expect(try await chain.call("txpool_status") == ["pending": "0x41", "queued": "0x0"])
        #expect(try await chain.call("eth_getTransactionCount", .data(chain.key.address), "pending") == "0x41")
        // Pending ones have no such limit of their own.
        _ = try await chain.send(chain.sign(nonce: 65, to: Self.to))
        #expect(try await chain.mine().transactions.count == 66)
        #expect(try await chain.call("txpool_status") == ["pending": "0x0", "queued": "0x0"])
    }

    @Test("a replacement raises both prices by a tenth")
    func replacement() async throws {
        let first = chain.sign(nonce: 0, to: Self.to)
        _ = try await chain.send(first)
        #expect(await refusal(first) == "already known")
        func priced(_ cap: UInt64, _ tip: UInt64) -> Transaction {
            chain.sign(nonce: 0, to: Self.to) {
                $0.gasPrice = UInt256(cap)
                $0.maxPriorityFeePerGas = UInt256(tip)
            }
        }
        #expect(await refusal(priced(10_999_999_999, 1_100_000_000)) == "replacement transaction underpriced")
        #expect(await refusal(priced(11_000_000_000, 1_099_999_999)) == "replacement transaction underpriced")
        let hash = try await chain.send(priced(11_000_000_000, 1_100_000_000))
        #expect(try await chain.call("eth_getTransactionByHash", .data(first.hash)) == .null)
        #expect(try await chain.call("txpool_content")["pending"]?[chain.key.address.checksummed]?["0"]?["hash"] == hash)
    }

    @Test("what no block would take is refused in geth's words")
    func refusals() async throws {
        let large = chain.sign(nonce: 0, to: Self.to, data: [UInt8](repeating: 1, count: 131_072), gas: 20_000_000)
        #expect(await refusal(large)?.hasPrefix("oversized data: transaction size") == true)
        #expect(await refusal(chain.sign(nonce: 0, to: Self.to, gas: 30_000_001))?.hasPrefix("exceeds block gas limit") == true)
        #expect(await refusal(chain.sign(nonce: 0, to: Self.to, gas: 20_999))?.hasPrefix("intrinsic gas too low") == true)
        #expect(
            await refusal(chain.sign(nonce: 0, to: Self.to) { $0.maxPriorityFeePerGas = 0 })?.hasPrefix(
                "transaction gas price below minimum") == true)
        #expect(
            await refusal(chain.sign(nonce: 0, to: Self.to, gas: 1_000_000) { $0.gasPrice = 2_000_000_000_000 })?.contains(
                "exceeds the configured cap") == true)
        #expect(
            await refusal(chain.sign(nonce: 0, to: Self.to, value: SealedChain.fortune))?.hasPrefix(
                "insufficient funds for gas * price + value") == true)
        #expect(await refusal(chain.sign(nonce: 0, to: Self.to) { $0.chainID = 1 })?.hasPrefix("invalid chain id for signer") == true)
        _ = try await chain.send(chain.sign(nonce: 0, to: Self.to))
        try await chain.mine()
        #expect(await refusal(chain.sign(nonce: 0, to: Self.to, value: 9)) == "nonce too low: next nonce 1, tx nonce 0")
    }
}
