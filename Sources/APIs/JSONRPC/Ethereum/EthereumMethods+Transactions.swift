import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EthereumMethods {
    /// Transactions of blocks and of the pool. What is nowhere is `null`, as geth answers.
    func registerTransactionMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_getTransactionByHash") { parameters in
            try parameters.expect(atMost: 1)
            let hash = try parameters.hash(0)
            if let (block, index) = try await mined(hash) { return try BlockTransactions(block: block).json(index) }
            return await chain.pooled(hash).map { TransactionObject.json($0) } ?? .null
        }
        for name in ["eth_getRawTransactionByHash", "debug_getRawTransaction"] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 1)
                let hash = try parameters.hash(0)
                if let (block, index) = try await mined(hash) { return .data(block.payload.transactions[Int(index)]) }
                return await chain.pooled(hash).map { .data($0.encoded) } ?? "0x"
            }
        }
        for (name, byHash) in [("BlockHash", true), ("BlockNumber", false)] {
            dispatcher.register("eth_getTransactionBy\(name)AndIndex") { parameters in
                guard let (block, index) = try await place(parameters, byHash: byHash) else { return .null }
                return try BlockTransactions(block: block).json(index)
            }
            dispatcher.register("eth_getRawTransactionBy\(name)AndIndex") { parameters in
                guard let (block, index) = try await place(parameters, byHash: byHash),
                    index < UInt64(block.payload.transactions.count)
                else { return "0x" }
                return .data(block.payload.transactions[Int(index)])
            }
        }
        dispatcher.register("eth_getTransactionBySenderAndNonce") { parameters in
            try parameters.expect(atMost: 2)
            let (sender, nonce) = (try parameters.address(0), try parameters.index(1))
            // Only what waits is filed by its sender.
            return await chain.pooled(of: sender, nonce: nonce).map { TransactionObject.json($0) } ?? .null
        }
        registerUncleMethods(in: &dispatcher)
    }

    /// Uncles, which blocks had before the merge; their objects lack the body, as in geth.
    private func registerUncleMethods(in dispatcher: inout RPCDispatcher) {
        for (name, byHash) in [("BlockHash", true), ("BlockNumber", false)] {
            dispatcher.register("eth_getUncleBy\(name)AndIndex") { parameters in
                guard let (block, index) = try await place(parameters, byHash: byHash), index < UInt64(block.ommers.count) else {
                    return .null
                }
                let uncle = ExecutionBlock(Block(header: block.ommers[Int(index)]), rules: chain.rules)
                return .object(BlockObject.members(uncle, transactions: []).filter { $0.name != "transactions" })
            }
            dispatcher.register("eth_getUncleCountBy\(name)") { parameters in
                try parameters.expect(atMost: 1)
                let id: ExecutionBlockID = byHash ? .hash(try parameters.hash(0)) : try parameters.blockNumber(0)
                return try await chain.block(id).map { .quantity(UInt64($0.ommers.count)) } ?? .null
            }
        }
    }

    /// The block and the index that two parameters name.
    private func place(_ parameters: RPCParameters, byHash: Bool) async throws -> (block: ExecutionBlock, index: UInt64)? {
        try parameters.expect(atMost: 2)
        let id: ExecutionBlockID = byHash ? .hash(try parameters.hash(0)) : try parameters.blockNumber(0)
        let index = try parameters.index(1)
        return try await chain.block(id).map { ($0, index) }
    }

    /// The canonical block that holds the transaction, and its place there.
    func mined(_ hash: Hash32) async throws -> (block: ExecutionBlock, index: UInt64)? {
        guard let place = try await chain.place(of: hash), let block = try await chain.block(.hash(place.block)),
            place.index < UInt64(block.payload.transactions.count)
        else { return nil }
        return (block, place.index)
    }
}
