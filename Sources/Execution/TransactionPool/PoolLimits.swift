public import Primitives

/// What a pool holds at most, and the least that it takes.
public struct PoolLimits: Sendable, Hashable {
    /// Bytes of one transaction.
    public var transactionBytes = 128 << 10
    /// Transactions of one sender that wait for an earlier nonce or for funds.
    public var queuedPerAccount = 64
    /// Slots that a sender keeps when the pool is full and others pay more.
    public var guaranteedSlots = 16
    /// Slots in all. A transaction takes one for each 32 KiB begun.
    public var slots = 5120
    /// By how much per cent a replacement must raise both tip and fee cap.
    public var priceBump: UInt64 = 10
    /// Wei per unit of gas that a transaction must offer a block's maker.
    public var minimumTip = UInt256.one
    /// Seconds of the chain's time that a transaction may wait for an earlier nonce or for funds.
    public var queueLifetime: UInt64 = 3 * 3600

    /// Bytes that one slot holds.
    public static let slotBytes = 32 << 10

    public init() {}
}
