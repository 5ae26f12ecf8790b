import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EthereumMethods {
    /// Blocks as bytes, and transactions run again under a tracer.
    func registerDebugMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("debug_getRawBlock") { parameters in .data(try await wholeBlock(parameters).encoded) }
        dispatcher.register("debug_getRawHeader") { parameters in .data(try await wholeBlock(parameters).header.encoded) }
        for name in ["debug_traceBlockByNumber", "debug_traceBlockByHash"] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 2)
                let id: ExecutionBlockID =
                    name == "debug_traceBlockByHash" ? .hash(try parameters.hash(0)) : try parameters.blockNumber(0)
                let choice = try TracerChoice(parameters.optional(1), argument: 1)
                guard let block = try await chain.block(id) else {
                    throw RPCError.server("block \(parameters.values.first?.string ?? "") not found")
                }
                return .array(
                    try await traces(of: block, only: nil, choice).map {
                        ["txHash": .data($0.hash), "result": try choice.json($0, in: block)]
                    })
            }
        }
        dispatcher.register("debug_traceTransaction") { parameters in
            try parameters.expect(atMost: 2)
            let hash = try parameters.hash(0)
            let choice = try TracerChoice(parameters.optional(1), argument: 1)
            guard let (block, index) = try await mined(hash) else { throw RPCError.server("transaction not found") }
            guard let traced = try await traces(of: block, only: index, choice).first else { throw RPCError.internalError }
            return try choice.json(traced, in: block)
        }
        dispatcher.register("debug_traceCall") { parameters in
            try parameters.expect(atMost: 3)
            let request = try CallObject.request(parameters, chainID: chain.chainID)
            let id = try await knownBlock(parameters, 1)
            let options = parameters.optional(2)
            let choice = try TracerChoice(options, argument: 2)
            let overrides = try OverrideObjects.read(
                accounts: options?["stateOverrides"], argument: 2, block: options?["blockOverrides"], argument: 2)
            guard let block = try await chain.block(id) else { throw RPCError.server("header not found") }
            do {
                let traced = try Self.held(try await chain.trace(request, at: id, overrides: overrides, choice: choice.tracing))
                return try choice.json(traced, in: block)
            } catch TransactionFailure.refused(let error) {
                throw CallFailure.error(error)
            }
        }
    }

    private func wholeBlock(_ parameters: RPCParameters) async throws -> Block {
        try parameters.expect(atMost: 1)
        _ = try parameters.required(0)
        let id = try parameters.blockNumberOrHash(0).id
        guard let block = try await chain.wholeBlock(id) else { throw RPCError.server("block not found") }
        return block
    }

    private func traces(of block: ExecutionBlock, only index: UInt64?, _ choice: TracerChoice) async throws -> [TracedTransaction] {
        try Self.held(try await chain.trace(block.payload.blockHash, only: index, choice: choice.tracing))
    }
}
