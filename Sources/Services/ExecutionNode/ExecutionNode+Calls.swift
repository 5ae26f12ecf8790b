public import ExecutionChain
public import Primitives
public import ServiceInterfaces
import StateTrie
public import Transactions

extension ExecutionNode: CallService {
    public nonisolated func call(
        _ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides
    ) async throws -> TransactionResult? {
        let cap = options.callGasCap
        return try await run(at: id, overrides) { environment in try environment.call(request, gas: min(request.gas ?? cap, cap)) }
    }

    public nonisolated func estimateGas(
        _ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides
    ) async throws -> UInt64? {
        let cap = options.callGasCap
        return try await run(at: id, overrides) { environment in try GasEstimation(request, in: environment, cap: cap).limit() }
    }

    public nonisolated func accessList(
        _ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides
    ) async throws -> AccessListOutcome? {
        let cap = options.callGasCap
        return try await run(at: id, overrides) { environment in
            try environment.accessList(request, gas: min(request.gas ?? cap, cap))
        }
    }

    public nonisolated func storage(_ address: Address, slot: Hash32, at id: ExecutionBlockID) async throws -> UInt256? {
        guard let hash = try await hash(id), let header = try chain.header(hash) else { return nil }
        do {
            return try chain.state(header.stateRoot).storage(address, slot: slot)
        } catch StateTrieError.missingNode {
            return nil
        }
    }

    /// Runs `body` on a thread for such work, one at a time, so that calls hold up neither the chain nor other readers.
    nonisolated func run<Value: Sendable>(
        at id: ExecutionBlockID, _ overrides: CallOverrides,
        _ body: @escaping @Sendable (CallEnvironment) throws -> Value
    ) async throws -> Value? {
        guard let hash = try await hash(id), let header = try chain.header(hash) else { return nil }
        let (chain, execution) = (chain, execution)
        let environment = CallEnvironment(
            execution: execution, header: header, state: chain.state(header.stateRoot), overrides: overrides
        ) { number throws(StateTrieError) in try chain.ancestorHash(number, from: header.parentHash) }
        return try await held { limit in
            var interruptible = environment
            interruptible.interruption = { limit.isReached }
            return try body(interruptible)
        }
    }
}
