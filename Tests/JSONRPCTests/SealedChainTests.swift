import EVM
import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import Secp256k1
import ServiceInterfaces
import Testing
import Transactions

@testable import JSONRPC

/// What a web3 program does: sends, waits for the receipt, deploys, calls, reads logs.
@Suite("Transactions over JSON-RPC")
struct SealedChainTests {
    private static let to = Address([UInt8](repeating: 0x35, count: 20)) ?? .zero
    private let chain: SealedChain

    init() throws { chain = try SealedChain() }

    private var sender: JSONValue { .data(chain.key.address) }

    @Test("a transfer from the pool to its receipt")
    func transfer() async throws {
        let transaction = chain.sign(nonce: 0, to: Self.to, value: 5)
        let hash = try await chain.send(transaction)
        #expect(hash == .data(transaction.hash))
        let waiting = try await chain.call("eth_getTransactionByHash", hash)
        #expect(waiting["blockHash"] == .null && waiting["transactionIndex"] == .null && waiting["from"] == sender)
        #expect(waiting["gasPrice"] == waiting["maxFeePerGas"] && waiting["value"] == "0x5" && waiting["type"] == "0x2")
        #expect(try await chain.call("eth_getTransactionReceipt", hash) == .null)
        #expect(try await chain.call("eth_getTransactionCount", sender, "latest") == "0x0")
        #expect(try await chain.call("eth_getTransactionCount", sender, "pending") == "0x1")
        #expect(try await chain.call("txpool_status") == ["pending": "0x1", "queued": "0x0"])
        let content = try await chain.call("txpool_content")
        #expect(content["pending"]?[chain.key.address.checksummed]?["0"] == waiting)
        #expect(try await chain.call("txpool_contentFrom", sender)["pending"]?["0"] == waiting)
        #expect(
            try await chain.call("txpool_inspect")["pending"]?[chain.key.address.checksummed]?["0"]
                == .string("\(Self.to.checksummed): 5 wei + 21000 gas × 10000000000 wei"))
        #expect(try await chain.call("eth_getTransactionBySenderAndNonce", sender, "0x0") == waiting)
        #expect(try await chain.call("eth_getRawTransactionByHash", hash) == .data(transaction.encoded))

        let payload = try await chain.mine()
        let receipt = try await chain.call("eth_getTransactionReceipt", hash)
        #expect(receipt["status"] == "0x1" && receipt["gasUsed"] == "0x5208" && receipt["transactionIndex"] == "0x0")
        #expect(receipt["blockHash"] == .data(payload.blockHash) && receipt["blockNumber"] == "0x1" && receipt["contractAddress"] == .null)
        #expect(receipt["effectiveGasPrice"] == .quantity(payload.baseFeePerGas &+ 1_000_000_000))
        let mined = try await chain.call("eth_getTransactionByHash", hash)
        #expect(mined["blockHash"] == .data(payload.blockHash) && mined["blockTimestamp"] == .quantity(payload.timestamp))
        #expect(mined["gasPrice"] == receipt["effectiveGasPrice"])
        #expect(try await chain.call("eth_getBlockByNumber", "latest", true)["transactions"] == [mined])
        #expect(try await chain.call("eth_getBlockByNumber", "latest", false)["transactions"] == [hash])
        #expect(try await chain.call("eth_getTransactionByBlockNumberAndIndex", "latest", "0x0") == mined)
        #expect(try await chain.call("eth_getTransactionByBlockNumberAndIndex", "latest", "0x1") == .null)
        #expect(try await chain.call("eth_getTransactionByBlockHashAndIndex", .data(payload.blockHash), "0x0") == mined)
        #expect(try await chain.call("eth_getRawTransactionByBlockNumberAndIndex", "0x1", "0x0") == .data(transaction.encoded))
        #expect(try await chain.call("eth_getBlockReceipts", "latest") == [receipt])
        #expect(try await chain.call("eth_getBlockTransactionCountByNumber", "0x1") == "0x1")
        #expect(try await chain.call("eth_getBalance", .data(Self.to), "latest") == "0x5")
        #expect(try await chain.call("eth_getBalance", .data(Self.to), "0x0") == "0x0")
        #expect(try await chain.call("txpool_status") == ["pending": "0x0", "queued": "0x0"])
    }

    @Test("prices follow what was paid")
    func fees() async throws {
        #expect(try await chain.call("eth_maxPriorityFeePerGas") == "0x1")
        _ = try await chain.send(chain.sign(nonce: 0, to: Self.to))
        let payload = try await chain.mine()
        #expect(try await chain.call("eth_maxPriorityFeePerGas") == "0x3b9aca00")
        #expect(try await chain.call("eth_gasPrice") == .quantity(payload.baseFeePerGas &+ 1_000_000_000))
        let history = try await chain.call("eth_feeHistory", "0x2", "latest", [0, 50, 100])
        #expect(history["reward"] == [["0x0", "0x0", "0x0"], ["0x3b9aca00", "0x3b9aca00", "0x3b9aca00"]])
    }

    @Test("a contract is deployed, called, reverted, estimated, and its log is found")
    func contract() async throws {
        let deployment = chain.sign(nonce: 0, to: nil, data: WordContract.initcode, gas: 300_000)
        let address = EVM.createAddress(chain.key.address, nonce: 0)
        let word = UInt256(7).bigEndianHash
        let call = chain.sign(nonce: 1, to: address, data: word.bytes, gas: 100_000)
        let filter = try await chain.call("eth_newFilter", ["address": .data(address)])
        let news = try await chain.call("eth_newPendingTransactionFilter")
        _ = try await chain.send(deployment)
        _ = try await chain.send(call)
        #expect(try await chain.call("eth_getFilterChanges", news) == [.data(deployment.hash), .data(call.hash)])
        #expect(try await chain.call("eth_getFilterChanges", news) == [])
        let payload = try await chain.mine()
        #expect(try await chain.call("eth_getTransactionReceipt", .data(deployment.hash))["contractAddress"] == .data(address))
        #expect(try await chain.call("eth_getCode", .data(address), "latest") == .data(WordContract.code))
        #expect(try await chain.call("eth_getStorageAt", .data(address), "0x0", "latest") == .data(word))
        #expect(try await chain.call("eth_getStorageAt", .data(address), "0x0", "0x0") == .data(Hash32.zero))

        let receipt = try await chain.call("eth_getTransactionReceipt", .data(call.hash))
        let log: JSONValue = [
            "address": .data(address), "topics": [.data(UInt256(42).bigEndianHash)], "data": .data(word), "blockNumber": "0x1",
            "transactionHash": .data(call.hash), "transactionIndex": "0x1", "blockHash": .data(payload.blockHash),
            "blockTimestamp": .quantity(payload.timestamp), "logIndex": "0x0", "removed": false,
        ]
        #expect(receipt["logs"] == [log])
        #expect(try await chain.call("eth_getLogs", ["address": .data(address), "fromBlock": "earliest"]) == [log])
        #expect(try await chain.call("eth_getLogs", ["blockHash": .data(payload.blockHash), "topics": [.null]]) == [log])
        #expect(try await chain.call("eth_getLogs", ["topics": [[.data(Hash32.zero), .data(UInt256(42).bigEndianHash)]]]) == [log])
        #expect(try await chain.call("eth_getLogs", ["topics": [.null, .null]]) == [])
        #expect(try await chain.call("eth_getLogs", ["address": .data(Self.to)]) == [])
        #expect(try await chain.call("eth_getFilterChanges", filter) == [log])
        #expect(try await chain.call("eth_getFilterChanges", filter) == [])
        #expect(try await chain.call("eth_getFilterLogs", filter) == [log])

        let request: JSONValue = ["from": sender, "to": .data(address), "input": .data(UInt256(9).bigEndianHash)]
        #expect(try await chain.call("eth_call", request, "latest") == .data(UInt256(9).bigEndianHash))
        let gas = try #require(try await chain.call("eth_estimateGas", request).string.flatMap { UInt64($0.dropFirst(2), radix: 16) })
        let slot: JSONValue = .data(Hash32.zero)
        let listed = try await chain.call("eth_createAccessList", request)
        #expect(listed["accessList"] == [["address": .data(address), "storageKeys": [slot]]] && listed["error"] == nil)
        // The estimate is enough, and not generous.
        let exact = chain.sign(nonce: 2, to: address, data: UInt256(9).bigEndianHash.bytes, gas: gas)
        _ = try await chain.send(exact)
        try await chain.mine()
        let settled = try await chain.call("eth_getTransactionReceipt", .data(exact.hash))
        let used = try #require(settled["gasUsed"]?.string.flatMap { UInt64($0.dropFirst(2), radix: 16) })
        #expect(settled["status"] == "0x1" && gas >= used && gas < used + used / 10)

        for method in ["eth_call", "eth_estimateGas"] {
            let error = await #expect(throws: RPCError.self) { _ = try await chain.call(method, ["to": .data(address)], "latest") }
            #expect(error?.code == 3 && error?.message == "execution reverted: no")
            #expect(error?.data?.string?.hasPrefix("0x08c379a0") == true && error?.data?.string?.utf8.count == 202)
        }
    }

    @Test("an access list names what a call touches beyond its ends, with their slots")
    func accessLists() async throws {
        let other = Address([UInt8](repeating: 0x77, count: 20)) ?? .zero
        // balance(other), sload(5), sload(5), balance(caller), extcodesize(1)
        let code: JSONValue = .string("0x73" + other.hex.dropFirst(2) + "31600554600554333160013b00")
        let pretended: JSONValue = .object([.init(Self.to.hex, ["code": code])])
        let list = try await chain.call("eth_createAccessList", ["to": .data(Self.to)], "latest", pretended)
        let five: JSONValue = .data(UInt256(5).bigEndianHash)
        #expect(
            list["accessList"] == [
                ["address": .data(other), "storageKeys": []], ["address": .data(Self.to), "storageKeys": [five]],
            ])
        // 21000, two addresses and a slot; four warm account accesses and two warm loads, nine pushes of three and two.
        let gas = 21_000 + 2 * 2400 + 1900 + 100 * 5 + 3 * 4 + 2
        #expect(list["gasUsed"] == .quantity(UInt64(gas)))
        let failing: JSONValue = .object([.init(Self.to.hex, ["code": "0xfe"])])
        #expect(try await chain.call("eth_createAccessList", ["to": .data(Self.to)], "latest", failing)["error"] == "invalid opcode")
    }

    @Test("a call may pretend other accounts than there are")
    func overrides() async throws {
        // Returns the storage slot 1, plus the own balance.
        let code: JSONValue = "0x60015447016000526020"  // sload(1), selfbalance, add, mstore(0) …
        let body: JSONValue = .string((code.string ?? "") + "6000f3")
        let request: JSONValue = ["to": .data(Self.to)]
        #expect(try await chain.call("eth_call", request, "latest") == "0x")
        let slot = Hash32([UInt8](repeating: 0, count: 31) + [1]) ?? .zero
        let pretended: JSONValue = .object([
            .init(Self.to.hex, ["code": body, "balance": "0x10", "stateDiff": .object([.init(slot.hex, .data(UInt256(3).bigEndianHash))])])
        ])
        #expect(try await chain.call("eth_call", request, "latest", pretended) == .data(UInt256(19).bigEndianHash))
        #expect(try await chain.call("eth_getCode", .data(Self.to), "latest") == "0x")
        // number() + timestamp(), of a block that is not there.
        let clock: JSONValue = .object([.init(Self.to.hex, ["code": "0x43420160005260206000f3"])])
        let block: JSONValue = ["number": "0x10", "time": "0x20"]
        #expect(try await chain.call("eth_call", request, "latest", clock, block) == .data(UInt256(48).bigEndianHash))
        let both: JSONValue = .object([.init(Self.to.hex, ["state": [:], "stateDiff": [:]])])
        await #expect(throws: RPCError(code: -32602, message: "invalid argument 2: account has both 'state' and 'stateDiff'")) {
            _ = try await chain.call("eth_call", request, "latest", both)
        }
    }

    @Test(
        "calls that cannot be made say why",
        arguments: [
            ("eth_call", [1], -32602, "invalid argument 0: expected a transaction object, found a number"),
            ("eth_call", [["to": "0x12"]], -32602, "invalid argument 0: hex string has length 2, want 40 for address"),
            ("eth_call", [["gas": "0x01"]], -32602, "invalid argument 0: hex number with leading zero digits"),
            (
                "eth_call", [["value": .string("0x1" + String(repeating: "0", count: 64))]], -32602,
                "invalid argument 0: hex number > 256 bits"
            ),
            (
                "eth_call", [["data": "0x00", "input": "0x01"]], -32000,
                "both \"data\" and \"input\" are set and not equal. Please use \"input\" to pass transaction call data"
            ),
            (
                "eth_call", [["gasPrice": "0x1", "maxFeePerGas": "0x1"]], -32000,
                "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified"
            ),
            ("eth_call", [["maxFeePerGas": "0x1", "maxPriorityFeePerGas": "0x2"]], -32000, "maxFeePerGas (1) < maxPriorityFeePerGas (2)"),
            ("eth_call", [["to": .data(to), "gas": "0x5207"]], -32000, "intrinsic gas too low: have 20999, want 21000"),
            ("eth_call", [["to": .data(to), "value": "0x1"]], -32000, "insufficient funds for gas * price + value: have 0 want 1"),
            ("eth_call", [["to": .data(to), "maxFeePerGas": "0x1"]], -32000, "max fee per gas less than block base fee"),
            ("eth_call", [["chainId": "0x1"]], -32000, "chainId does not match node's (have=1, want=13337)"),
            ("eth_call", [["to": .data(to)], "0x9"], -32000, "header not found"),
            ("eth_call", [["accessList": [["storageKeys": []]]]], -32602, "invalid argument 0: an access list entry needs an address"),
            ("eth_estimateGas", [["to": .data(to), "value": "0x1", "gasPrice": "0x1"]], -32000, "insufficient funds for transfer"),
            ("eth_estimateGas", [["data": "0xfe"]], -32000, "invalid opcode"),
            ("eth_estimateGas", [["data": "0x5b600056"]], -32000, "gas required exceeds allowance (30000000)"),
            (
                "eth_getStorageAt", [.data(to), .string("0x" + String(repeating: "0", count: 66)), "latest"], -32602,
                "storage key too long (want at most 32 bytes): \"0x\(String(repeating: "0", count: 66))\""
            ),
            ("eth_getLogs", [["topics": [[], [], [], [], []]]], -32602, "exceed max topics: 5, at most 4"),
            ("eth_getLogs", [["topics": "0x"]], -32602, "invalid argument 0: topics must be an array, found a string"),
            ("eth_getLogs", [["address": ["0x1"]]], -32602, "invalid argument 0: hex string of odd length"),
            ("eth_getLogs", [["fromBlock": "0x0", "toBlock": "0x5"]], -32602, "block range extends beyond current head block"),
            ("eth_getLogs", [["fromBlock": "0x5", "toBlock": "0x0"]], -32602, "invalid block range params"),
            ("eth_getFilterLogs", ["0x1"], -32000, "filter not found"),
            ("eth_sendRawTransaction", ["0xf8"], -32000, "malformed transaction: RLP item at byte 0 needs 1 bytes but 0 are left"),
            ("eth_sendRawTransaction", ["02"], -32602, "invalid argument 0: hex string without 0x prefix"),
            ("eth_sendRawTransaction", ["0x"], -32000, "an empty byte string is no transaction"),
            ("eth_getBlockReceipts", [], -32602, "missing value for required argument 0"),
            ("debug_getRawReceipts", ["0x9"], -32000, "block not found"),
            ("txpool_contentFrom", ["0x1"], -32602, "invalid argument 0: hex string of odd length"),
        ] as [(String, JSONValue, Int, String)])
    func refusals(method: String, parameters: JSONValue, code: Int, message: String) async throws {
        let error = await #expect(throws: RPCError.self) {
            let list = parameters.array ?? []
            switch list.count {
            case 0: _ = try await chain.call(method)
            case 1: _ = try await chain.call(method, list[0])
            case 2: _ = try await chain.call(method, list[0], list[1])
            default: _ = try await chain.call(method, list[0], list[1], list[2])
            }
        }
        #expect(error?.code == code && error?.message == message, "\(error?.description ?? "")")
    }

    @Test("reasons of reverts, and data that is none")
    func reverts() {
        func text(_ hex: String) -> String? { (try? [UInt8](hex: hex)).flatMap(RevertReason.text) }
        let word = String(repeating: "0", count: 62)
        #expect(text("0x08c379a0\(word)20\(word)0a75736572206572726f72" + String(repeating: "0", count: 44)) == "user error")
        #expect(text("0x4e487b71\(word)01") == "assert(false)")
        #expect(text("0x4e487b71\(word)99") == "unknown panic code: 0x99")
        #expect(text("0x4e487b71") == nil && text("0x") == nil && text("0x08c379a0") == nil)
        // An offset or a length beyond the data, and bytes that are no text.
        #expect(text("0x08c379a0\(String(repeating: "f", count: 64))") == nil)
        #expect(text("0x08c379a0\(word)20\(String(repeating: "f", count: 64))") == nil)
        #expect(text("0x08c379a0\(word)20\(word)01ff") == nil)
    }
}
