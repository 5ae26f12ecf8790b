public import EngineTypes
public import Primitives
public import StateTrie
public import Transactions

/// A block that lacks only its seal, with what its execution gave.
public struct BuiltBlock: Sendable {
    public var block: Block
    public var requests: [[UInt8]]
    /// What the database must add for the block's state.
    public var nodes: StateNodes
    /// Wei that the fee recipient earns.
    public var value: UInt256
}

extension BlockExecution {
    /// What a new block holds.
    public enum Body: Sendable {
        /// The best of a supply that fits; `nil` for none.
        case best((any TransactionSupply)?)
        /// These envelopes and no others.
        case exactly([[UInt8]])
    }

    /// Builds the block that follows `parent` by the consensus layer's wishes. Under Ethash sealing its nonce is
    /// still to be found.
    ///
    /// - Parameters:
    ///   - state: the parent's state.
    ///   - gasLimitTarget: where the gas limit should move.
    ///   - transactions: what the block may hold; `nil` for none.
    ///   - blockHash: hashes of the block's ancestors by number, for BLOCKHASH.
    public func build(
        on parent: BlockHeader, attributes: PayloadAttributes, state: WorldState, gasLimitTarget: UInt64,
        transactions: (any TransactionSupply)? = nil,
        blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32? = { _ in nil }
    ) throws(BlockError) -> BuiltBlock {
        try build(
            on: parent, attributes: attributes, state: state, gasLimitTarget: gasLimitTarget, body: .best(transactions),
            extraData: [], blockHash: blockHash)
    }

    /// The same with a body that is given, and extra data for a chain that leaves them to the builder.
    public func build(
        on parent: BlockHeader, attributes: PayloadAttributes, state: WorldState, gasLimitTarget: UInt64,
        body content: Body, extraData: [UInt8], blockHash: @escaping @Sendable (UInt64) throws(StateTrieError) -> Hash32?
    ) throws(BlockError) -> BuiltBlock {
        let (number, overflow) = parent.number.addingReportingOverflow(1)
        guard !overflow else { throw .mismatch(.number, expected: "less than 2^64 - 1", actual: "\(parent.number)") }
        guard attributes.timestamp > parent.timestamp else {
            throw .timestampNotAfterParent(parent: parent.timestamp, actual: attributes.timestamp)
        }
        let fork = config.fork(number: number, timestamp: attributes.timestamp)
        let parentHash = parent.hash
        var header = BlockHeader(
            parentHash: parentHash, coinbase: attributes.suggestedFeeRecipient, number: number,
            gasLimit: GasRules.nextGasLimit(parent: config.gasLimit(of: parent, under: fork), target: gasLimitTarget),
            timestamp: attributes.timestamp, extraData: extraData, mixHash: attributes.prevRandao)
        if fork < .paris, config.sealing == .ethereum { header.difficulty = config.difficulty(after: parent, timestamp: header.timestamp) }
        if case .polai(let secondsPerSlot) = config.sealing {
            guard
                let difficulty = expectedDifficulty(
                    parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp,
                    timestamp: attributes.timestamp, secondsPerSlot: secondsPerSlot)
            else {
                throw .lessThanOneSlot(parent: parent.timestamp, actual: attributes.timestamp, secondsPerSlot: secondsPerSlot)
            }
            header.difficulty = difficulty
            header.extraData = parentHash.bytes + attributes.updateID.bytes
        }
        if fork >= .london { header.baseFeePerGas = config.nextBaseFee(after: parent) }
        if fork >= .shanghai { header.withdrawalsRoot = BlockRoots.withdrawals(attributes.withdrawals) }
        if fork >= .cancun {
            header.blobGasUsed = 0
            header.excessBlobGas = config.nextExcessBlobGas(after: parent, fork)
            header.parentBeaconBlockRoot = attributes.parentBeaconBlockRoot
        }
        var block = Block(header: header, withdrawals: fork >= .shanghai ? attributes.withdrawals : nil)
        var state = state
        var included: [[UInt8]] = []
        let outcome = try run(header, on: &state, withdrawals: block.withdrawals ?? [], blockHash: blockHash) {
            machine throws(BlockError) in
            switch content {
            case .best(let transactions):
                if var supply = transactions { included = try machine.fill(from: &supply) }
            case .exactly(let transactions):
                try machine.apply(all: transactions)
                included = transactions
            }
        }
        block.transactions = included
        block.header.transactionsRoot = BlockRoots.transactions(included)
        block.header.gasUsed = outcome.gasUsed
        if fork >= .cancun { block.header.blobGasUsed = outcome.blobGasUsed }
        block.header.receiptsRoot = outcome.receiptsRoot
        block.header.logsBloom = outcome.logsBloom
        if fork >= .prague { block.header.requestsHash = BlockRoots.requests(outcome.requests) }
        var nodes = StateNodes()
        block.header.stateRoot = try Self.commit(&state, into: &nodes)
        return BuiltBlock(block: block, requests: outcome.requests, nodes: nodes, value: outcome.fees)
    }
}
