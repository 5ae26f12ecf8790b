public import BeaconTypes
import EngineTypes
public import Primitives
import SSZ

extension CachedBeaconState {
    /// Our fork's rules for the payload that the consensus layer checks (docs/protocol.md#block-processing): difficulty, and
    /// extra_data's length and parent.
    func checkPolPayload(
        _ payload: ExecutionPayload, parent: ExecutionPayloadHeader
    ) throws(StateTransitionError) {
        let difficulty = try expectedDifficulty(
            parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp, timestamp: payload.timestamp)
        try require(
            payload.difficulty == difficulty, .difficulty, "\(payload.difficulty), expected \(difficulty)")
        try require(payload.extraData.count == PolExtraData.length, .extraDataLength, "\(payload.extraData.count) bytes")
        try require(
            payload.extraData.prefix(32).elementsEqual(payload.parentHash.bytes), .extraDataParent,
            "\(payload.extraData.prefix(32).hex), expected \(payload.parentHash)")
    }

    /// The difficulty that a block with this timestamp must have on a parent with the given one: see
    /// `computeDifficulty`.
    public func expectedDifficulty(
        parentDifficulty: UInt256, parentTimestamp: UInt64, timestamp: UInt64
    ) throws(StateTransitionError) -> UInt256 {
        try computeDifficulty(
            parentDifficulty: parentDifficulty, parentTimestamp: parentTimestamp, timestamp: timestamp,
            slotDurationMilliseconds: config.slotDurationMs)
    }

    /// The difficulty of a payload at `slot` on the state's latest payload.
    public func expectedDifficulty(slot: Slot) throws(StateTransitionError) -> UInt256 {
        let parent = state.latestExecutionPayloadHeader
        return try expectedDifficulty(
            parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp, timestamp: try computeTimeAtSlot(slot))
    }
}

/// The `extraData` of a block of our fork: `[32 bytes parentHash][32 bytes updateID]` (docs/protocol.md#block-processing).
public enum PolExtraData {
    /// 64 bytes.
    public static let length = 64

    /// The update that the block claims, 32 zero bytes for none; `nil` where the length is wrong.
    public static func updateID(_ extraData: some Collection<UInt8>) -> Bytes32? {
        extraData.count == length ? Bytes32(extraData.dropFirst(32)) : nil
    }

    /// The 64 bytes for a block on `parentHash` that includes `updateID`.
    public static func bytes(parentHash: Hash32, updateID: Bytes32) -> [UInt8] { parentHash.bytes + updateID.bytes }
}

/// The difficulty rule (docs/protocol.md#block-processing).
///
/// With `gap = (timestamp − parent timestamp) / slot`: a gap of one slot raises `d` by `max(1, d / 512)`, each slot
/// beyond it lowers `d` by `d / 16`, never under 64.
public func computeDifficulty(
    parentDifficulty: UInt256, parentTimestamp: UInt64, timestamp: UInt64, slotDurationMilliseconds: UInt64
) throws(StateTransitionError) -> UInt256 {
    let gap = try (timestamp -! parentTimestamp) *! 1000 /! slotDurationMilliseconds
    if gap <= 1 {
        let (difficulty, overflow) = parentDifficulty.addingReportingOverflow(max(.one, parentDifficulty >> 9))
        try require(!overflow, .arithmetic, "difficulty \(parentDifficulty) overflows")
        return difficulty
    }
    let minimum = UInt256(Constant.minDifficulty)
    var difficulty = parentDifficulty
    var missed = gap - 1
    // Under 16 nothing is taken off any more, so a long silence ends after some 3,000 steps at the latest.
    while missed > 0 && difficulty > minimum {
        difficulty = difficulty &- (difficulty >> 4)
        missed -= 1
    }
    return max(difficulty, minimum)
}
