public import Primitives

/// `ForkchoiceStateV1`: the three blocks by which the consensus layer steers the execution layer.
public struct ForkchoiceState: Hashable, Sendable {
    public var headBlockHash: Hash32
    /// Zero before the first justified block.
    public var safeBlockHash: Hash32
    /// Zero before the first finalised block.
    public var finalizedBlockHash: Hash32

    public init(headBlockHash: Hash32, safeBlockHash: Hash32, finalizedBlockHash: Hash32) {
        self.headBlockHash = headBlockHash
        self.safeBlockHash = safeBlockHash
        self.finalizedBlockHash = finalizedBlockHash
    }
}

/// `PayloadAttributesV3` with the update that the new block's extra data is to name.
public struct PayloadAttributes: Hashable, Sendable {
    /// Seconds since the Unix epoch.
    public var timestamp: UInt64
    public var prevRandao: Hash32
    public var suggestedFeeRecipient: Address
    public var withdrawals: [Withdrawal]
    public var parentBeaconBlockRoot: Hash32
    /// The second half of `extraData`; zero for an empty AI block.
    public var updateID: Hash32

    public init(
        timestamp: UInt64, prevRandao: Hash32, suggestedFeeRecipient: Address, withdrawals: [Withdrawal],
        parentBeaconBlockRoot: Hash32, updateID: Hash32
    ) {
        self.timestamp = timestamp
        self.prevRandao = prevRandao
        self.suggestedFeeRecipient = suggestedFeeRecipient
        self.withdrawals = withdrawals
        self.parentBeaconBlockRoot = parentBeaconBlockRoot
        self.updateID = updateID
    }
}

/// Names a payload under construction between `forkchoiceUpdated` and `getPayload`.
public typealias PayloadID = Bytes8

/// The answer of `engine_forkchoiceUpdatedV3`.
public struct ForkchoiceUpdated: Hashable, Sendable {
    public var payloadStatus: PayloadStatus
    /// The payload whose building began; `nil` without attributes or when the head is not valid.
    public var payloadID: PayloadID?

    public init(payloadStatus: PayloadStatus, payloadID: PayloadID? = nil) {
        self.payloadStatus = payloadStatus
        self.payloadID = payloadID
    }
}
