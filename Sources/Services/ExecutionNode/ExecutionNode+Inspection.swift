import ChainStore
public import EngineTypes
public import ExecutionChain
public import Primitives
public import ServiceInterfaces
public import StateTrie
import TransactionPool
import Transactions

extension ExecutionNode: ChainInspector {
    public nonisolated var rules: ChainConfig { execution.config }

    public nonisolated func wholeBlock(_ id: ExecutionBlockID) async throws -> Block? {
        guard let hash = try await hash(id) else { return nil }
        return try chain.block(hash)
    }

    /// A block's header, without reading its body.
    public nonisolated func wholeHeader(_ id: ExecutionBlockID) async throws -> BlockHeader? {
        let hash: Hash32?
        // What a number or a hash names needs no turn of this node's.
        switch id {
        case .hash(let named): hash = named
        case .number(let number): hash = try chain.store.canonicalHash(number)
        default: hash = try await self.hash(id)
        }
        guard let hash else { return nil }
        return try chain.header(hash)
    }

    public nonisolated func proof(of address: Address, slots: [Hash32], at id: ExecutionBlockID) async throws -> AccountProof? {
        guard let hash = try await hash(id), let header = try chain.header(hash) else { return nil }
        let state = chain.state(header.stateRoot)
        return try await held { _ in try state.proof(of: address, slots: slots) }
    }

    public func oldestState() async throws -> UInt64 {
        guard case .recent(let kept) = options.stateHistory, let finalizedHash, let number = try chain.header(finalizedHash)?.number
        else { return 0 }
        // As they are let go: see `lastStateToForget`.
        return number > kept + 1 ? number - kept : 0
    }

    public nonisolated func trace<Value: Sendable>(
        _ block: Hash32, only index: UInt64?, choice: TraceChoice, form: @escaping @Sendable (TracedTransaction) throws -> Value
    ) async throws -> [Value]? {
        guard let block = try chain.block(block) else { return nil }
        guard block.header.number > 0 else { throw InspectionError.genesisIsNotTraceable }
        guard let parent = try chain.header(block.header.parentHash) else { return nil }
        let (chain, execution, state) = (chain, execution, chain.state(parent.stateRoot))
        let only = try index.map { try Self.place($0, in: block) }
        return try await held { limit in
            try execution.trace(block, only: only, on: state, choice: choice, isCancelled: { limit.isReached }, form: form) {
                number throws(StateTrieError) in try chain.ancestorHash(number, from: block.header.parentHash)
            }
        }
    }

    private static func place(_ index: UInt64, in block: Block) throws -> Int {
        guard index < UInt64(block.transactions.count) else {
            throw ExecutionNodeError.damagedDatabase("block \(block.hash) has no transaction \(index)")
        }
        return Int(index)
    }

    public nonisolated func trace<Value: Sendable>(
        _ request: CallRequest, at id: ExecutionBlockID, overrides: CallOverrides, choice: TraceChoice,
        form: @escaping @Sendable (TracedTransaction) throws -> Value
    ) async throws -> Value? {
        let cap = options.callGasCap
        return try await run(at: id, overrides) { environment in
            let traced = try environment.trace(request, gas: min(request.gas ?? cap, cap), choice: choice)
            guard !environment.isInterrupted else { throw InspectionError.timedOut }
            return try form(traced)
        }
    }

    public nonisolated func simulate(_ simulation: Simulation, at id: ExecutionBlockID) async throws -> [SimulatedBlock]? {
        guard let hash = try await hash(id), let base = try chain.header(hash) else { return nil }
        let (chain, cap) = (chain, options.callGasCap)
        let simulator = ChainSimulation(execution: execution, base: base, database: chain) { number throws(StateTrieError) in
            try chain.ancestorHash(number, from: hash)
        }
        return try await held { limit in
            try simulator.run(simulation, gasCap: cap) { limit.isReached }
        }
    }

    public func assemble(
        on parent: Hash32, attributes: PayloadAttributes, transactions: [[UInt8]]?, extraData: [UInt8]
    ) async throws -> BuiltBlock? {
        guard let header = try chain.header(parent) else { return nil }
        let (chain, execution, target) = (chain, execution, gasLimitTarget)
        let state = chain.state(header.stateRoot)
        let body: BlockExecution.Body = transactions.map { .exactly($0) } ?? .best(pool.selection())
        return try await held { _ in
            try execution.build(
                on: header, attributes: attributes, state: state, gasLimitTarget: target, body: body, extraData: extraData
            ) { number throws(StateTrieError) in try chain.ancestorHash(number, from: parent) }
        }
    }

    /// Lets `body` have its turn; `nil` when a state that it needs is not here.
    nonisolated func held<Value: Sendable>(_ body: @escaping @Sendable (CallTurns.Limit) throws -> Value) async throws -> Value? {
        do {
            return try await turns.run { limit in
                let result = Result { try body(limit) }
                // What was interrupted came to something, but that is no result.
                guard !limit.isReached else { throw limit.isOver ? InspectionError.timedOut : CancellationError() }
                return try result.get()
            }
        } catch TransactionFailure.state(.missingNode), GasEstimateError.state(.missingNode), BlockError.state(.missingNode),
            SimulationError.block(.state(.missingNode)), StateTrieError.missingNode
        {
            return nil
        }
    }
}
