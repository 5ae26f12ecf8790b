import EVM
import EngineTypes
import Primitives
import StateTrie
import Transactions

/// Makes one block of a simulation.
struct SimulationStep {
    let simulation: Simulation
    let execution: BlockExecution
    let parent: BlockHeader
    let blockHash: @Sendable (UInt64) throws(StateTrieError) -> Hash32?
    let isCancelled: @Sendable () -> Bool

    private var config: ChainConfig { execution.config }

    /// - Parameters:
    ///   - planned: with number and time.
    ///   - state: what blocks before left; this one's on return.
    ///   - gasLeft: what calls may still use; less on return.
    func run(
        _ planned: Simulation.Block, state: inout LayeredState, gasLeft: inout UInt64
    ) throws(SimulationError) -> SimulatedBlock {
        var header = header(planned.overrides)
        let withdrawals = planned.overrides.withdrawals ?? []
        var world = WorldState(root: parent.stateRoot, database: state)
        var machine = BlockMachine(
            config: config, header: header, state: world, codes: execution.codes, blobBaseFee: planned.overrides.blobBaseFee,
            blockHash: blockHash)
        do {
            try machine.evm.pretend(planned.accounts, isLasting: true)
        } catch {
            throw .impossibleOverride("\(error)")
        }
        // Ends the pretence as a transaction ends, but lets empty accounts be.
        _ = machine.evm.state.finishTransaction(.frontier)
        let (transactions, senders, calls) = try body(of: planned.calls, in: &machine, gasLeft: &gasLeft)
        var nodes = StateNodes()
        do throws(BlockError) {
            let requests = try machine.finish(withdrawals: withdrawals)
            if machine.fork >= .prague { header.requestsHash = BlockRoots.requests(requests) }
            do throws(StateTrieError) {
                try machine.evm.state.apply(to: &world)
            } catch {
                throw .state(error)
            }
            header.stateRoot = try BlockExecution.commit(&world, into: &nodes)
        } catch {
            throw .block(error)
        }
        state.added.formUnion(nodes)
        header.gasUsed = machine.gasUsed
        if machine.fork >= .cancun { header.blobGasUsed = machine.blobGasUsed }
        header.receiptsRoot = machine.receiptsRoot
        header.logsBloom = machine.logsBloom
        let encoded = transactions.map(\.encoded)
        header.transactionsRoot = BlockRoots.transactions(encoded)
        let isShanghai = machine.fork >= .shanghai
        if isShanghai { header.withdrawalsRoot = BlockRoots.withdrawals(withdrawals) }
        return SimulatedBlock(
            block: Block(header: header, transactions: encoded, withdrawals: isShanghai ? withdrawals : nil),
            transactions: transactions, senders: senders, calls: calls)
    }

    /// The header before its body ran.
    private func header(_ overrides: BlockOverride) -> BlockHeader {
        let (number, time) = (overrides.number ?? parent.number &+ 1, overrides.timestamp ?? parent.timestamp)
        let fork = config.fork(number: number, timestamp: time)
        var header = BlockHeader(
            parentHash: parent.hash, coinbase: overrides.coinbase ?? parent.coinbase,
            difficulty: fork >= .paris ? .zero : parent.difficulty, number: number, gasLimit: overrides.gasLimit ?? parent.gasLimit,
            timestamp: time, mixHash: overrides.prevRandao ?? .zero)
        if fork >= .london {
            // Without validation a call need not pay, and one that does must not pay less than the base fee.
            header.baseFeePerGas = overrides.baseFee ?? (simulation.validates ? config.nextBaseFee(after: parent) : .zero)
        }
        if fork >= .cancun {
            header.excessBlobGas = parent.excessBlobGas == nil ? 0 : config.nextExcessBlobGas(after: parent, fork)
            header.parentBeaconBlockRoot = overrides.beaconRoot ?? .zero
        }
        return header
    }

    private func body(
        of requests: [CallRequest], in machine: inout BlockMachine, gasLeft: inout UInt64
    ) throws(SimulationError) -> ([Transaction], [Address], [SimulatedCall]) {
        do {
            try machine.begin()
        } catch {
            throw .block(error)
        }
        var (transactions, senders, calls): ([Transaction], [Address], [SimulatedCall]) = ([], [], [])
        var logs: UInt64 = 0
        for request in requests {
            guard !isCancelled() else { throw .cancelled }
            let remaining = machine.header.gasLimit - machine.gasUsed
            let wanted = request.gas ?? remaining
            guard wanted <= remaining else { throw .blockGasLimitReached(remaining: remaining, required: wanted) }
            let gas = min(wanted, gasLeft)
            let transaction = request.simulated(
                gas: gas, nonce: request.nonce ?? machine.evm.state.nonce(request.from), chainID: config.chainID,
                hasBaseFee: machine.header.baseFeePerGas != nil)
            var tracer: (any Tracer)? = SimulationTracer(tracesTransfers: simulation.tracesTransfers, count: logs)
            let result: TransactionResult
            do {
                result = try machine.apply(
                    transaction, sender: request.from, checks: simulation.validates ? .simulation : .call, tracer: &tracer)
            } catch {
                switch error {
                case .refused(let error): throw .refused(error, sender: request.from, gas: gas)
                case .state(let error): throw .block(.state(error))
                }
            }
            guard result.gasUsed <= gasLeft else { throw .gasCapExhausted(needed: result.gasUsed, remaining: gasLeft) }
            gasLeft -= result.gasUsed
            let watched = tracer as? SimulationTracer
            logs = watched?.count ?? logs
            transactions.append(transaction)
            senders.append(request.from)
            calls.append(SimulatedCall(result: result, logs: watched?.logs ?? [], isGasCapped: gas < wanted))
        }
        return (transactions, senders, calls)
    }
}

extension CallRequest {
    /// The call as an unsigned transaction of a block: of type 2, if it does not say otherwise.
    func simulated(gas: UInt64, nonce: UInt64, chainID: UInt64, hasBaseFee: Bool) -> Transaction {
        var transaction = transaction(gas: gas)
        if gasPrice != nil || !hasBaseFee {
            transaction.kind = .legacy
        } else {
            transaction.kind = .dynamicFee
            if !blobHashes.isEmpty { transaction.kind = .blob }
            if !authorizations.isEmpty { transaction.kind = .setCode }
            transaction.chainID = chainID
        }
        transaction.nonce = nonce
        return transaction
    }
}
