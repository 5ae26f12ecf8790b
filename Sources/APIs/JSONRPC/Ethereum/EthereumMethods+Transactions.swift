import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// Transactions and what came of them. This chain's blocks hold none yet, so nothing is ever found: `null` and empty
    /// lists, as geth answers for what it does not have.
    func registerTransactionMethods(in dispatcher: inout RPCDispatcher) {
        for name in ["eth_getTransactionByHash", "eth_getTransactionReceipt", "eth_getRawTransactionByHash"] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 1)
                _ = try parameters.hash(0)
                return name == "eth_getRawTransactionByHash" ? "0x" : .null
            }
        }
        for name in ["eth_getTransactionByBlockHashAndIndex", "eth_getUncleByBlockHashAndIndex"] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 2)
                _ = (try parameters.hash(0), try parameters.index(1))
                return .null
            }
        }
        for name in ["eth_getTransactionByBlockNumberAndIndex", "eth_getUncleByBlockNumberAndIndex"] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 2)
                _ = (try parameters.blockNumber(0), try parameters.index(1))
                return .null
            }
        }
        dispatcher.register("eth_getUncleCountByBlockHash") { parameters in
            try parameters.expect(atMost: 1)
            return try await chain.block(.hash(try parameters.hash(0))) == nil ? .null : .quantity(UInt64(0))
        }
        dispatcher.register("eth_getUncleCountByBlockNumber") { parameters in
            try parameters.expect(atMost: 1)
            return try await chain.block(try parameters.blockNumber(0)) == nil ? .null : .quantity(UInt64(0))
        }
        dispatcher.register("eth_getBlockReceipts") { parameters in
            try parameters.expect(atMost: 1)
            _ = try parameters.required(0)
            guard let block = try await chain.block(try parameters.blockNumberOrHash(0).id) else { return .null }
            guard block.payload.transactions.isEmpty else { throw RPCError.server("this node keeps no receipts") }
            return []
        }
        dispatcher.register("eth_sendRawTransaction") { parameters in
            try parameters.expect(atMost: 1)
            _ = try parameters.data(0)
            throw RPCError.server("this chain takes no transactions yet")
        }
        dispatcher.register("eth_sendTransaction") { _ in throw RPCError.server("unknown account") }
        dispatcher.register("eth_pendingTransactions") { parameters in
            try parameters.expect(atMost: 0)
            return []
        }
    }

    /// The pool, which is empty.
    func registerPoolMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("txpool_status") { parameters in
            try parameters.expect(atMost: 0)
            return ["pending": "0x0", "queued": "0x0"]
        }
        for name in ["txpool_content", "txpool_inspect"] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 0)
                return ["pending": .object([]), "queued": .object([])]
            }
        }
        dispatcher.register("txpool_contentFrom") { parameters in
            try parameters.expect(atMost: 1)
            _ = try parameters.address(0)
            return ["pending": .object([]), "queued": .object([])]
        }
    }
}
