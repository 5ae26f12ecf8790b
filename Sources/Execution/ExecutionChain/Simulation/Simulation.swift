public import EVM
public import Primitives
public import Transactions

/// Blocks that might follow a block, with calls instead of signed transactions (`eth_simulateV1`).
public struct Simulation: Hashable, Sendable {
    public struct Block: Hashable, Sendable {
        public var overrides = BlockOverride()
        public var accounts: [Address: StateOverride] = [:]
        public var calls: [CallRequest] = []

        public init() {}
    }

    public var blocks: [Block] = []
    /// Whether ether that moves leaves a log, as a token's transfer does (ERC-7528).
    public var tracesTransfers = false
    /// Whether nonces and prices must be right, as for a real block.
    public var validates = false

    public init() {}

    /// Blocks that one simulation may span, the filled ones among them.
    public static let longest: UInt64 = 256
    /// Seconds between blocks that say nothing of their time.
    static let timeStep: UInt64 = 12
}

/// A block that a simulation made.
public struct SimulatedBlock: Sendable {
    public var block: ExecutionChain.Block
    /// The block's, without signatures, and who sends them.
    public var transactions: [Transaction]
    public var senders: [Address]
    public var calls: [SimulatedCall]
}

/// What came of a call of a simulated block.
public struct SimulatedCall: Sendable {
    /// A log, or a transfer of ether in the form of one, with its number in the block.
    public struct Entry: Hashable, Sendable {
        public var log: Log
        public var index: UInt64
    }

    public var result: TransactionResult
    public var logs: [Entry]
    /// Whether the call had less gas than it asked for.
    public var isGasCapped: Bool
}

/// Why there is no simulation.
public enum SimulationError: Error, Sendable, Equatable {
    case numbersOutOfOrder(number: UInt64, previous: UInt64)
    case timesOutOfOrder(time: UInt64, previous: UInt64)
    case tooManyBlocks
    case blockGasLimitReached(remaining: UInt64, required: UInt64)
    case gasCapExhausted(needed: UInt64, remaining: UInt64)
    /// A call could not begin.
    case refused(TransactionError, sender: Address, gas: UInt64)
    /// What a block pretends cannot be.
    case impossibleOverride(String)
    case block(BlockError)
    /// Nobody waits any more, or it took too long.
    case cancelled
}
