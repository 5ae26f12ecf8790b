public import EVM
public import Primitives
public import StateTrie
public import Transactions

/// A transaction of a block, or a call, and what a tracer saw of it.
public struct TracedTransaction: Sendable {
    public var transaction: Transaction
    public var sender: Address
    public var hash: Hash32
    public var result: TransactionResult
    public var tracer: any Tracer
    /// The state before and after, for tracers that tell of accounts; `nil` when nobody asked for it.
    public var before: WorldState?
    public var after: WorldState?
}

/// How to watch.
public struct TraceChoice: Sendable {
    public var makeTracer: @Sendable () -> any Tracer
    /// Whether the states around a transaction are kept: each costs a copy of what the block changed.
    public var keepsStates: Bool

    public init(keepsStates: Bool = false, makeTracer: @escaping @Sendable () -> any Tracer) {
        self.keepsStates = keepsStates
        self.makeTracer = makeTracer
    }
}

extension BlockExecution {
    /// Runs a block again and watches its transactions.
    ///
    /// - Parameters:
    ///   - state: the parent's state.
    ///   - index: the only transaction to watch; `nil` for all.
    ///   - isCancelled: asked before every transaction.
    public func trace(
        _ block: Block, only index: Int? = nil, on state: WorldState, choice: TraceChoice,
        isCancelled: @Sendable () -> Bool = { false },
        blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32?
    ) throws(BlockError) -> [TracedTransaction] {
        var machine = BlockMachine(config: config, header: block.header, state: state, codes: codes, blockHash: blockHash)
        try machine.begin()
        var traced: [TracedTransaction] = []
        for (place, encoded) in block.transactions.enumerated() {
            guard !isCancelled() else { throw .cancelled }
            if let index, place > index { break }
            let isWatched = index == nil || place == index
            do throws(TransactionFailure) {
                guard isWatched else {
                    try machine.apply(encoded: encoded)
                    continue
                }
                traced.append(try watch(encoded, in: &machine, on: state, choice))
            } catch {
                throw BlockError(error, index: place)
            }
        }
        return traced
    }

    private func watch(
        _ encoded: [UInt8], in machine: inout BlockMachine, on state: WorldState, _ choice: TraceChoice
    ) throws(TransactionFailure) -> TracedTransaction {
        let transaction: Transaction
        let sender: Address
        do {
            transaction = try Transaction(encoded: encoded)
            sender = try transaction.sender(machine.fork.revision)
        } catch {
            throw .refused(error)
        }
        let before = choice.keepsStates ? try machine.snapshot(of: state) : nil
        var tracer: (any Tracer)? = choice.makeTracer()
        let result = try machine.apply(transaction, sender: sender, checks: .block, tracer: &tracer)
        let after = choice.keepsStates ? try machine.snapshot(of: state) : nil
        return TracedTransaction(
            transaction: transaction, sender: sender, hash: Keccak256.hash(encoded), result: result,
            tracer: tracer ?? choice.makeTracer(), before: before, after: after)
    }
}

extension BlockMachine {
    /// The state as it is now.
    func snapshot(of parent: WorldState) throws(TransactionFailure) -> WorldState {
        var copy = parent
        do {
            try evm.state.apply(to: &copy)
        } catch {
            throw .state(error)
        }
        return copy
    }
}

extension CallEnvironment {
    /// Runs a call and watches it.
    public func trace(_ request: CallRequest, gas: UInt64, choice: TraceChoice) throws(TransactionFailure) -> TracedTransaction {
        var tracer: (any Tracer)? = choice.makeTracer()
        let transaction = request.transaction(gas: gas)
        let (result, before, after) = try watch(
            transaction, sender: request.from, paysNothing: request.feeCap.isZero, keepsStates: choice.keepsStates, tracer: &tracer)
        return TracedTransaction(
            transaction: transaction, sender: request.from, hash: .zero, result: result,
            tracer: tracer ?? choice.makeTracer(), before: before, after: after)
    }
}
