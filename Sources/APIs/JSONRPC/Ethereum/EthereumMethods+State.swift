import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// Accounts at a block (EIP-1898 parameters). A state that the node does not have is an error, as in geth.
    func registerStateMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_getBalance") { parameters in .quantity(try await account(parameters).balance) }
        dispatcher.register("eth_getCode") { parameters in .data(try await account(parameters).code) }
        dispatcher.register("eth_getTransactionCount") { parameters in
            let nonce = try await account(parameters).nonce
            guard parameters.optional(1) == "pending" else { return .quantity(nonce) }
            return .quantity(await chain.nextNonce(of: try parameters.address(0)) ?? nonce)
        }
    }

    private func account(_ parameters: RPCParameters) async throws -> ExecutionAccount {
        try parameters.expect(atMost: 2)
        let address = try parameters.address(0)
        return try Self.held(try await chain.account(address, at: try await knownBlock(parameters, 1)))
    }

    /// The block that the parameter at `index` names, which this node has.
    func knownBlock(_ parameters: RPCParameters, _ index: Int) async throws -> ExecutionBlockID {
        let block = try parameters.blockNumberOrHash(index)
        if case .hash(let hash) = block.id {
            guard try await chain.block(block.id) != nil else { throw RPCError.server("header for hash not found") }
            if block.requiresCanonical, try await !chain.isCanonical(hash) { throw RPCError.server("hash is not currently canonical") }
        } else {
            guard try await chain.block(block.id) != nil else { throw RPCError.server("header not found") }
        }
        return block.id
    }
}
