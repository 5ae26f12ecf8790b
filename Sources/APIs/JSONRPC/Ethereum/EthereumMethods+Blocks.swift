import EngineTypes
import JSON
import JSONRPCCore
import ServiceInterfaces

extension EthereumMethods {
    /// Blocks and what they hold. A block that the node does not have is `null`, as geth answers.
    func registerBlockMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_blockNumber") { parameters in
            try parameters.expect(atMost: 0)
            guard let head = try await chain.block(.latest) else { throw RPCError.server("header not found") }
            return .quantity(head.payload.blockNumber)
        }
        dispatcher.register("eth_getBlockByNumber") { parameters in
            try parameters.expect(atMost: 2)
            let (id, full) = (try parameters.blockNumber(0), try parameters.bool(1))
            return try await chain.block(id).map { block throws(RPCError) in try BlockObject.json(block, full: full) } ?? .null
        }
        dispatcher.register("eth_getBlockByHash") { parameters in
            try parameters.expect(atMost: 2)
            let (hash, full) = (try parameters.hash(0), try parameters.bool(1))
            return try await chain.block(.hash(hash)).map { block throws(RPCError) in try BlockObject.json(block, full: full) } ?? .null
        }
        dispatcher.register("eth_getHeaderByNumber") { parameters in
            try parameters.expect(atMost: 1)
            return try await chain.block(try parameters.blockNumber(0)).map(BlockObject.header) ?? .null
        }
        dispatcher.register("eth_getHeaderByHash") { parameters in
            try parameters.expect(atMost: 1)
            return try await chain.block(.hash(try parameters.hash(0))).map(BlockObject.header) ?? .null
        }
        dispatcher.register("eth_getBlockTransactionCountByNumber") { parameters in
            try parameters.expect(atMost: 1)
            return try await chain.block(try parameters.blockNumber(0)).map(Self.transactionCount) ?? .null
        }
        dispatcher.register("eth_getBlockTransactionCountByHash") { parameters in
            try parameters.expect(atMost: 1)
            return try await chain.block(.hash(try parameters.hash(0))).map(Self.transactionCount) ?? .null
        }
    }

    private static func transactionCount(_ block: ExecutionBlock) -> JSONValue {
        .quantity(UInt64(block.payload.transactions.count))
    }
}
