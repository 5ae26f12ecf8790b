public import EthProtocol
public import ExecutionChain
public import NodeRecords
public import Primitives
public import Transactions

/// The chain that peers are told of, as this node has it.
public protocol EthChain: Sendable {
    /// What this node says of it, its forks, and where it stands.
    func position() async -> EthPosition
    /// A block of the canonical chain.
    func block(number: UInt64) async -> Block?
    func block(hash: Hash32) async -> Block?
    func header(number: UInt64) async -> BlockHeader?
    func header(hash: Hash32) async -> BlockHeader?
    /// A block's receipts; `nil` for a block that this node does not have or did not execute.
    func receipts(of block: Hash32) async -> [Receipt]?
}

extension EthChain {
    public func header(number: UInt64) async -> BlockHeader? { await block(number: number)?.header }
    public func header(hash: Hash32) async -> BlockHeader? { await block(hash: hash)?.header }
}

/// Where a chain stands.
public struct EthPosition: Sendable {
    public var status: EthStatus
    public var schedule: ForkSchedule
    public var number: UInt64
    public var time: UInt64

    public init(status: EthStatus, schedule: ForkSchedule, number: UInt64, time: UInt64) {
        (self.status, self.schedule, self.number, self.time) = (status, schedule, number, time)
    }
}

/// Transactions that wait for a block.
public protocol EthPool: Sendable {
    /// The EIP-2718 envelope of a waiting transaction.
    func envelope(_ hash: Hash32) async -> [UInt8]?
    /// The envelopes of those that wait, at most `limit`.
    func envelopes(limit: Int) async -> [[UInt8]]
    /// Takes one that a peer sent.
    ///
    /// - Returns: whether it is one at all: what cannot be read is the peer's fault, what this pool does not take is not.
    func take(_ envelope: [UInt8]) async -> Bool
}
