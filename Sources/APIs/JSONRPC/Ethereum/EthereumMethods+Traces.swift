import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// What explorers ask of a block's transactions and their calls: empty lists for blocks without any.
    func registerTraceMethods(in dispatcher: inout RPCDispatcher) {
        for name in ["trace_block", "trace_replayBlockTransactions"] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 2)
                return try await traces(try parameters.blockNumber(0)) ?? .null
            }
        }
        for name in ["trace_transaction", "trace_get"] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 2)
                guard try await mined(try parameters.hash(0)) == nil else { throw RPCError.server("this node keeps no traces") }
                return .null
            }
        }
        dispatcher.register("trace_filter") { parameters in
            try parameters.expect(atMost: 1)
            let filter = try parameters.required(0)
            guard filter.object != nil else { throw RPCParameters.invalid(0, "expected a filter object, found \(filter.kind)") }
            return []
        }
        dispatcher.register("trace_replayTransaction") { parameters in
            try parameters.expect(atMost: 2)
            guard try await mined(try parameters.hash(0)) == nil else { throw RPCError.server("this node keeps no traces") }
            throw RPCError.server("transaction not found")
        }
        dispatcher.register("debug_getBadBlocks") { parameters in
            try parameters.expect(atMost: 0)
            return []
        }
    }

    private func traces(_ id: ExecutionBlockID) async throws -> JSONValue? {
        guard let block = try await chain.block(id) else { return nil }
        guard block.payload.transactions.isEmpty else { throw RPCError.server("this node keeps no traces") }
        return []
    }

    /// What wallets ask for and a node without keys has not: their libraries tell an error with a reason from
    /// a method that does not exist, and go on.
    func registerWalletMethods(in dispatcher: inout RPCDispatcher) {
        for name in ["eth_sign", "eth_signTransaction", "eth_signTypedData", "eth_signTypedData_v4", "personal_sign"] {
            dispatcher.register(name) { _ in throw RPCError.server("unknown account") }
        }
        dispatcher.register("personal_listAccounts") { parameters in
            try parameters.expect(atMost: 0)
            return []
        }
        dispatcher.register("eth_coinbase") { parameters in
            try parameters.expect(atMost: 0)
            return .data(await chain.coinbase() ?? .zero)
        }
    }
}
