public import BeaconTypes

/// How the history of votes is cut into pieces: the design of Prysm's and Lighthouse's slashers.
///
/// For each validator and epoch `e` two numbers are kept: the least target of its votes with a source after `e`, and the
/// greatest target of its votes with a source before `e`. Two look-ups then decide whether a new vote surrounds, or is
/// surrounded by, any earlier one. Both are stored as distances from `e` in 16 bits, 0 for none, in chunks of
/// `epochsPerChunk` epochs by `validatorsPerGroup` validators; the epochs run round in a ring of `history`.
public enum SpanLayout {
    /// Epochs that are remembered.
    public static let history: UInt64 = 4096
    /// Epochs in one chunk.
    public static let epochsPerChunk = 16
    /// Validators that share their chunks.
    public static let validatorsPerGroup = 256
    /// Chunks of each kind that one group of validators has.
    public static let chunksPerGroup = Int(history) / epochsPerChunk
    /// Distances in one chunk: one row of validators for each epoch.
    public static let cellsPerChunk = epochsPerChunk * validatorsPerGroup

    /// The first epoch that is remembered when it is `current`.
    public static func oldestEpoch(current: Epoch) -> Epoch { current < history ? 0 : current - history + 1 }

    /// The group of a validator.
    public static func group(of validator: ValidatorIndex) -> UInt64 { validator / UInt64(validatorsPerGroup) }

    /// The place of a validator in its group.
    public static func seat(of validator: ValidatorIndex) -> Int { Int(validator % UInt64(validatorsPerGroup)) }

    /// The place of an epoch's row in the ring.
    static func row(of epoch: Epoch) -> Int { Int(epoch % history) }

    /// The place of a validator's distance among those of its group.
    static func cell(_ epoch: Epoch, seat: Int) -> Int { row(of: epoch) * validatorsPerGroup + seat }
}

/// Which of the two numbers a chunk holds.
public enum SpanKind: UInt8, Sendable, CaseIterable {
    /// The least target of votes with a later source.
    case minimum = 0
    /// The greatest target of votes with an earlier source.
    case maximum = 1
}
