import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// Accounts at a block (EIP-1898 parameters). A state that the node does not have is an error, as in geth.
    func registerStateMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_getBalance") { parameters in .quantity(try await account(parameters).balance) }
        dispatcher.register("eth_getTransactionCount") { parameters in .quantity(try await account(parameters).nonce) }
        dispatcher.register("eth_getCode") { parameters in .data(try await account(parameters).code) }
    }

    private func account(_ parameters: RPCParameters) async throws -> ExecutionAccount {
        try parameters.expect(atMost: 2)
        return try await account(parameters, block: 1)
    }

    /// The account that the first parameter names, at the block that the one at `block` names.
    func account(_ parameters: RPCParameters, block index: Int) async throws -> ExecutionAccount {
        let (address, block) = (try parameters.address(0), try parameters.blockNumberOrHash(index))
        if case .hash(let hash) = block.id {
            guard try await chain.block(block.id) != nil else { throw RPCError.server("header for hash not found") }
            if block.requiresCanonical, try await !chain.isCanonical(hash) { throw RPCError.server("hash is not currently canonical") }
        } else {
            guard try await chain.block(block.id) != nil else { throw RPCError.server("header not found") }
        }
        guard let account = try await chain.account(address, at: block.id) else {
            throw RPCError.server("the state of this block is not kept: ask for a later block")
        }
        return account
    }
}
