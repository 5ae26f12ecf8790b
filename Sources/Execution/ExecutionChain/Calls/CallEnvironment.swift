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
    private let accounts: [Address: StateOverride]
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
        var header = header
        // As in Geth: who offers nothing for gas is not asked for the base fee.
        if paysNothing, header.baseFeePerGas != nil { header.baseFeePerGas = .zero }
        var machine = machine(header)
        return try machine.evm.applyTransaction(
            transaction, sender: sender, gasAvailable: .max,
            maximumBlobs: Int(clamping: execution.config.blobLimits(under: machine.fork).maximum), checks: .call, tracer: &tracer)
    }

    private func machine(_ header: BlockHeader) -> BlockMachine {
        var machine = BlockMachine(
            config: execution.config, header: header, state: state, codes: execution.codes, blockHash: blockHash)
        for (address, override) in accounts {
            machine.evm.state.override(
                address, balance: override.balance, nonce: override.nonce, code: override.code, slots: override.slots,
                replacesStorage: override.replacesStorage)
        }
        return machine
    }

    /// An account as calls see it.
    func account(_ address: Address) throws(StateTrieError) -> (nonce: UInt64, balance: UInt256, hasCode: Bool) {
        var machine = machine(header)
        let found = (machine.evm.state.nonce(address), machine.evm.state.balance(address), !machine.evm.state.code(of: address).isEmpty)
        if let failure = machine.evm.state.failure { throw failure }
        return found
    }
}
