import JSON
import JSONRPCCore
import Primitives
import Testing

@testable import JSONRPC

/// Traces, and what wallets ask of a node without keys.
@Suite("Traces, and methods of wallets")
struct TraceMethodsTests {
    private static let hash = JSONValue.string(Hash32.filled(0xaa).hex)
    private static let known = JSONValue.string(Hash32.filled(1).hex)
    private static let account = JSONValue.string("0x7dcd17433742f4c0ca53122ab541d0ba67fc27df")

    @Test(
        "Where there is nothing, the answer is null or empty",
        arguments: [
            ("trace_block", ["0x1"], []), ("trace_block", ["0xa"], .null), ("trace_replayBlockTransactions", ["latest", ["trace"]], []),
            ("trace_transaction", [hash], .null), ("trace_get", [hash, ["0x0"]], .null), ("trace_filter", [["fromBlock": "0x1"]], []),
            ("debug_traceBlockByNumber", ["0x1", ["tracer": "callTracer"]], []), ("debug_traceBlockByHash", [known], []),
            ("debug_getRawReceipts", ["0x1"], []), ("debug_getRawTransaction", [hash], "0x"), ("debug_getBadBlocks", [], []),
            ("personal_listAccounts", [], []), ("eth_coinbase", [], "0x0000000000000000000000000000000000000000"),
            ("eth_getTransactionBySenderAndNonce", [account, "0x0"], .null),
            ("eth_getRawTransactionByBlockNumberAndIndex", ["0x1", "0x0"], "0x"),
            ("eth_createAccessList", [["to": "0x0000000000000000000000000000000000000001"]], ["accessList": [], "gasUsed": "0x5dc0"]),
        ] as [(String, JSONValue, JSONValue)])
    func empty(method: String, parameters: JSONValue, result: JSONValue) async throws {
        #expect(try await EthereumMethodsTests().call(method, parameters) == result)
    }

    @Test(
        "What cannot be done says why",
        arguments: [
            ("debug_traceTransaction", [hash, ["tracer": "callTracer"]], "transaction not found"),
            ("debug_traceBlockByNumber", ["0xa"], "block 0xa not found"), ("eth_sign", [account, "0x00"], "unknown account"),
            ("eth_signTypedData_v4", [account, [:]], "unknown account"),
        ] as [(String, JSONValue, String)])
    func refused(method: String, parameters: JSONValue, message: String) async {
        await #expect(throws: RPCError(code: -32000, message: message)) { try await EthereumMethodsTests().call(method, parameters) }
    }

    /// The calls of web3.py, ethers, viem, MetaMask, Rabby, Blockscout, Otterscan's basics and chainlist probes, without parameters:
    /// a method that exists complains of what is missing, or answers.
    @Test("No method that they call is unknown")
    func all() async throws {
        let names = [
            "web3_clientVersion", "web3_sha3", "net_version", "net_listening", "net_peerCount", "rpc_modules", "admin_nodeInfo",
            "admin_peers",
            "eth_accounts", "eth_blobBaseFee", "eth_blockNumber", "eth_call", "eth_chainId", "eth_coinbase", "eth_createAccessList",
            "eth_estimateGas", "eth_feeHistory", "eth_gasPrice", "eth_getBalance", "eth_getBlockByHash", "eth_getBlockByNumber",
            "eth_getBlockReceipts", "eth_getBlockTransactionCountByHash", "eth_getBlockTransactionCountByNumber", "eth_getCode",
            "eth_getFilterChanges", "eth_getFilterLogs", "eth_getLogs", "eth_getProof", "eth_getRawTransactionByBlockHashAndIndex",
            "eth_getRawTransactionByBlockNumberAndIndex", "eth_getRawTransactionByHash", "eth_getStorageAt",
            "eth_getTransactionByBlockHashAndIndex", "eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByHash",
            "eth_getTransactionBySenderAndNonce", "eth_getTransactionCount", "eth_getTransactionReceipt", "eth_getUncleByBlockHashAndIndex",
            "eth_getUncleByBlockNumberAndIndex", "eth_getUncleCountByBlockHash", "eth_getUncleCountByBlockNumber", "eth_hashrate",
            "eth_maxPriorityFeePerGas", "eth_mining", "eth_newBlockFilter", "eth_newFilter", "eth_newPendingTransactionFilter",
            "eth_pendingTransactions", "eth_protocolVersion", "eth_sendRawTransaction", "eth_sendTransaction", "eth_sign",
            "eth_signTransaction", "eth_signTypedData", "eth_signTypedData_v4", "eth_syncing", "eth_uninstallFilter",
            "personal_listAccounts",
            "personal_sign", "eth_simulateV1", "eth_config", "eth_capabilities", "eth_baseFee", "eth_getStorageValues",
            "debug_getRawBlock", "debug_getRawHeader", "debug_traceCall", "txpool_content", "txpool_contentFrom", "txpool_inspect",
            "txpool_status", "debug_getBadBlocks",
            "debug_getRawReceipts", "debug_getRawTransaction", "debug_traceBlockByHash", "debug_traceBlockByNumber",
            "debug_traceTransaction",
            "trace_block", "trace_filter", "trace_get", "trace_replayBlockTransactions", "trace_replayTransaction", "trace_transaction",
        ]
        for name in names {
            do {
                _ = try await EthereumMethodsTests().call(name)
            } catch let error as RPCError {
                #expect(error.code != -32601, "\(name)")
            }
        }
    }
}
