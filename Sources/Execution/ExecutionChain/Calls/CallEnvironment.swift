public import EVM
public import Primitives
public import StateTrie
public import Transactions

/// A block on whose state calls run, with what they pretend of it.
public struct CallEnvironment: Sendable {
    let execution: BlockExecution
    /// The block whose number, time and coinbase contracts see; they run on the state after it.
    let header: BlockHeader
    let state: WorldState
    private let blobBaseFee: UInt256?
    private let accounts: [Address: StateOverride]
    /// Asked while a call runs whether it is to end; what it comes to then is no result.
    public var interruption: (@Sendable () -> Bool)?
    /// Whether somebody asked for the end.
    public var isInterrupted: Bool { interruption?() ?? false }
    let blockHash: @Sendable (UInt64) throws(StateTrieError) -> Hash32?

    /// - Parameter blockHash: hashes of the block's ancestors by number.
    public init(
        execution: BlockExecution, header: BlockHeader, state: WorldState, overrides: CallOverrides = CallOverrides(),
        blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32? = { _ in nil }
    ) {
        self.execution = execution
        var header = header
        overrides.block.apply(to: &header)
        self.header = header
        blobBaseFee = overrides.block.blobBaseFee
        self.state = state
        accounts = overrides.accounts
        self.blockHash = blockHash
    }

    /// Runs a call as a transaction that need not be signed nor have the right nonce.
    public func call(_ request: CallRequest, gas: UInt64) throws(TransactionFailure) -> TransactionResult {
        var none: (any Tracer)?
        return try run(request.transaction(gas: gas), sender: request.from, paysNothing: request.feeCap.isZero, tracer: &none)
    }

    func run(
        _ transaction: Transaction, sender: Address, paysNothing: Bool, tracer: inout (any Tracer)?
    ) throws(TransactionFailure) -> TransactionResult {
        try watch(transaction, sender: sender, paysNothing: paysNothing, keepsStates: false, tracer: &tracer).result
    }

    /// The same with the states around it, if they are to be kept.
    func watch(
        _ transaction: Transaction, sender: Address, paysNothing: Bool, keepsStates: Bool, tracer: inout (any Tracer)?
    ) throws(TransactionFailure) -> (result: TransactionResult, before: WorldState?, after: WorldState?) {
        var header = header
        // As in Geth: who offers nothing for gas is not asked for the base fee.
        if paysNothing, header.baseFeePerGas != nil { header.baseFeePerGas = .zero }
        var machine = machine(header)
        do {
            try machine.evm.pretend(accounts)
        } catch {
            throw .refused(error)
        }
        let before = keepsStates ? try machine.snapshot(of: state) : nil
        let result = try machine.evm.applyTransaction(
            transaction, sender: sender, gasAvailable: .max,
            maximumBlobs: Int(clamping: execution.config.blobLimits(under: machine.fork).maximum), checks: .call, tracer: &tracer)
        return (result, before, keepsStates ? try machine.snapshot(of: state) : nil)
    }

    private func machine(_ header: BlockHeader) -> BlockMachine {
        var machine = BlockMachine(
            config: execution.config, header: header, state: state, codes: execution.codes, blobBaseFee: blobBaseFee,
            blockHash: blockHash)
        machine.evm.interruption = interruption
        return machine
    }

    /// An account as calls see it.
    func account(_ address: Address) throws(StateTrieError) -> (nonce: UInt64, balance: UInt256, hasCode: Bool) {
        var machine = machine(header)
        // What cannot be pretended is told when the call runs.
        try? machine.evm.pretend(accounts)
        let found = (machine.evm.state.nonce(address), machine.evm.state.balance(address), !machine.evm.state.code(of: address).isEmpty)
        if let failure = machine.evm.state.failure { throw failure }
        return found
    }
}
