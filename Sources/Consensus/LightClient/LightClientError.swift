public import BeaconTypes
public import Primitives

/// Why light client data was refused, or cannot be made.
///
/// Functions that return a whole bootstrap or update throw it untyped: optimised builds lose a typed error that stands beside
/// so large a value.
public enum LightClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A value has the wrong shape, such as a branch of another length.
    case malformed(String)
    /// The bootstrap is not the trusted block's.
    case untrusted(expected: Root, actual: Root)
    /// A header's execution part is not proved by its beacon part. Names the header.
    case header(String)
    /// The bootstrap's sync committee is not proved by its header's state.
    case currentSyncCommittee
    /// Fewer members signed than `MIN_SYNC_COMMITTEE_PARTICIPANTS`.
    case tooFewParticipants(Int)
    /// The current slot, the signature's, the attested and the finalised header's do not stand in this order.
    case slotOrder(current: Slot, signature: Slot, attested: Slot, finalized: Slot)
    /// The signature is of a sync committee period whose committee the store does not know.
    case period(signature: UInt64, store: UInt64)
    /// The update tells the store nothing new.
    case irrelevant(attested: Slot, finalized: Slot)
    /// A finalised header without a proof, or one that the attested state does not prove.
    case finality
    /// A next sync committee without a proof, one that the attested state does not prove, or another than the known one.
    case nextSyncCommittee
    /// The sync committee did not sign the attested header.
    case signature
    /// The data to be made wants blocks and states that belong together. Says which do not.
    case mismatch(String)

    public var description: String {
        switch self {
        case .malformed(let reason): "light client data is malformed: \(reason)"
        case .untrusted(let expected, let actual): "the bootstrap is of block \(actual), trusted is \(expected); ask for that one"
        case .header(let name): "the execution header of the \(name) header is not proved by its block"
        case .currentSyncCommittee: "the bootstrap's sync committee is not proved by its state"
        case .tooFewParticipants(let count): "\(count) sync committee members signed, which are too few"
        case .slotOrder(let current, let signature, let attested, let finalized):
            "slots out of order: now \(current), signed \(signature), attested \(attested), finalised \(finalized)"
        case .period(let signature, let store):
            "an update of sync committee period \(signature) does not follow period \(store); apply the updates between first, or, "
                + "where the chain rested for more than a period and there are none, bootstrap anew from a trusted block"
        case .irrelevant(let attested, let finalized):
            "the attested slot \(attested) is not after the finalised slot \(finalized), and no committee is new"
        case .finality: "the finalised header is not proved by the attested state"
        case .nextSyncCommittee: "the next sync committee is not proved by the attested state, or differs from the known one"
        case .signature: "the sync committee's signature does not verify"
        case .mismatch(let reason): "blocks and states do not belong together: \(reason)"
        }
    }
}
