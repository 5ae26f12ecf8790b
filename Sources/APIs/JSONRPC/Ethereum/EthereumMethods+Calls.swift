import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EthereumMethods {
    /// Calls that no block will hold, and what a contract stores.
    func registerCallMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_call") { parameters in
            try parameters.expect(atMost: 4)
            let result = try await run(parameters) { try await chain.call($0, at: $1, overrides: $2) }
            if let failure = result.failure { throw CallFailure.error(failure, output: result.output) }
            return .data(result.output)
        }
        dispatcher.register("eth_estimateGas") { parameters in
            try parameters.expect(atMost: 4)
            let request = try CallObject.request(parameters, chainID: chain.chainID)
            let overrides = try OverrideObjects.read(parameters)
            let block = try await knownBlock(parameters, 1)
            do {
                return .quantity(try Self.held(try await chain.estimateGas(request, at: block, overrides: overrides)))
            } catch let error as GasEstimateError {
                throw CallFailure.error(error) ?? RPCError.internalError
            }
        }
        dispatcher.register("eth_createAccessList") { parameters in
            try parameters.expect(atMost: 3)
            let outcome = try await run(parameters) { try await chain.accessList($0, at: $1, overrides: $2) }
            var members: [JSONValue.Member] = [
                .init("accessList", TransactionObject.accessList(outcome.accessList)), .init("gasUsed", .quantity(outcome.gasUsed)),
            ]
            if let failure = outcome.failure {
                members.append(.init("error", .string(CallFailure.error(failure, output: outcome.output).message)))
            }
            return .object(members)
        }
        dispatcher.register("eth_getStorageAt") { parameters in
            try parameters.expect(atMost: 3)
            let (address, slot) = (try parameters.address(0), try Self.slot(parameters, 1))
            let value = try Self.held(try await chain.storage(address, slot: slot, at: try await knownBlock(parameters, 2)))
            return .data(value.bigEndianHash)
        }
    }

    /// Makes the call that the parameters describe.
    private func run<Outcome>(
        _ parameters: RPCParameters, _ make: (CallRequest, ExecutionBlockID, CallOverrides) async throws -> Outcome?
    ) async throws -> Outcome {
        let request = try CallObject.request(parameters, chainID: chain.chainID)
        let overrides = try OverrideObjects.read(parameters)
        let block = try await knownBlock(parameters, 1)
        do {
            return try Self.held(try await make(request, block, overrides))
        } catch TransactionFailure.refused(let error) {
            throw CallFailure.error(error)
        }
    }

    /// A storage slot's number: a QUANTITY or DATA of up to 32 bytes.
    static func slot(_ parameters: RPCParameters, _ index: Int) throws(RPCError) -> Hash32 {
        let text = try parameters.string(index)
        let bytes = try parameters.data(index, padded: true)
        guard let slot = Hash32([UInt8](repeating: 0, count: max(0, 32 - bytes.count)) + bytes) else {
            throw .invalidParameters("storage key too long (want at most 32 bytes): \"\(text)\"")
        }
        return slot
    }

    /// A state that the node does not have is an error, as in geth.
    static func held<Value>(_ value: Value?) throws(RPCError) -> Value {
        guard let value else { throw .server("the state of this block is not kept: ask for a later block") }
        return value
    }
}
