import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EthereumMethods {
    /// What came of transactions.
    func registerReceiptMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_getTransactionReceipt") { parameters in
            try parameters.expect(atMost: 1)
            guard let (block, index) = try await mined(try parameters.hash(0)) else { return .null }
            return try BlockTransactions(block: block).receipts(try await receipts(of: block), only: index).first ?? .null
        }
        dispatcher.register("eth_getBlockReceipts") { parameters in
            try parameters.expect(atMost: 1)
            _ = try parameters.required(0)
            guard let block = try await chain.block(try parameters.blockNumberOrHash(0).id) else { return .null }
            return .array(try BlockTransactions(block: block).receipts(try await receipts(of: block)))
        }
        dispatcher.register("debug_getRawReceipts") { parameters in
            try parameters.expect(atMost: 1)
            _ = try parameters.required(0)
            let id = try parameters.blockNumberOrHash(0).id
            guard let block = try await chain.block(id) else { throw RPCError.server("block not found") }
            return .array(try await receipts(of: block).map { .data($0.encoded) })
        }
    }

    func receipts(of block: ExecutionBlock) async throws -> [Receipt] {
        guard let receipts = try await chain.receipts(of: block.payload.blockHash) else {
            throw RPCError.server("the receipts of block \(block.payload.blockHash.hex) are not kept")
        }
        return receipts
    }
}
