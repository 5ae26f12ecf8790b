public import Primitives

/// Why a message may not be signed, or a history not be read.
public enum SlashingProtectionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another block of the same slot was signed, or may have been.
    case doubleBlock(slot: UInt64)
    /// The slot is not after the lowest one that this history can vouch for.
    case blockTooOld(slot: UInt64, bound: UInt64)
    /// The attestation's source is after its target.
    case sourceAfterTarget(source: UInt64, target: UInt64)
    /// Another attestation with the same target was signed, or may have been.
    case doubleVote(target: UInt64)
    /// The attestation would surround one that was signed.
    case surroundsSigned(source: UInt64, target: UInt64)
    /// The attestation would be surrounded by one that was signed.
    case surroundedBySigned(source: UInt64, target: UInt64)
    /// Source or target is before the lowest one that this history can vouch for.
    case attestationTooOld(source: UInt64, target: UInt64)
    /// A different vote on the same slot, anchor and update was signed.
    case contradictoryAck(updateID: Hash32)
    /// The interchange file is no JSON, or lacks a field, or has one of the wrong shape.
    case invalidInterchange(field: String, problem: String)
    /// The interchange file belongs to another chain.
    case otherChain(expected: Hash32, actual: Hash32)
    /// A stored history that does not parse.
    case corruptHistory(String)

    public var description: String {
        switch self {
        case .doubleBlock(let slot):
            "refused to sign a second block of slot \(slot): that would be slashed"
        case .blockTooOld(let slot, let bound):
            "refused to sign a block of slot \(slot): the signing history only vouches for slots after \(bound)"
        case .sourceAfterTarget(let source, let target):
            "refused to sign an attestation whose source epoch \(source) is after its target \(target)"
        case .doubleVote(let target):
            "refused to sign a second attestation with target epoch \(target): that would be slashed"
        case .surroundsSigned(let source, let target):
            "refused to sign an attestation that surrounds the signed one \(source)→\(target): that would be slashed"
        case .surroundedBySigned(let source, let target):
            "refused to sign an attestation that the signed one \(source)→\(target) surrounds: that would be slashed"
        case .attestationTooOld(let source, let target):
            "refused to sign the attestation \(source)→\(target): the signing history does not reach back so far"
        case .contradictoryAck(let updateID):
            "refused to sign a second, different ACK on update \(updateID.hex): that would be slashed"
        case .invalidInterchange(let field, let problem):
            "the slashing protection interchange file is not valid (EIP-3076): \(field) \(problem)"
        case .otherChain(let expected, let actual):
            "the interchange file is for the chain with genesis validators root \(actual.hex), this one has \(expected.hex)"
        case .corruptHistory(let problem):
            "the stored signing history is damaged: \(problem); restore it from a backup, or import the newest interchange file into a new data folder, and keep this one"
        }
    }
}
