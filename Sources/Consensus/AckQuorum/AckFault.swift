/// What is wrong with an ACK certificate or a piece of ACK evidence, one case for each rule.
///
/// The raw value is the rule's name in the `pol` test vectors and in logs.
public enum AckFault: String, Error, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    // Faults that are pure in the chain up to the block's parent: a signed header with one of them is
    // slashing evidence (docs/protocol.md#process_ack_quorum_slashing).

    /// The ack does not speak of the block's update.
    case updateID = "update id"
    /// `hash_tree_root(candidate)` is not the update id, or its slot, author or selection does not fit.
    case candidate = "candidate"
    /// The verdict is not VALID.
    case verdict = "verdict"
    /// The ack's slot is 0, not before the block's, or longer ago than the window.
    case slotWindow = "slot window"
    /// `anchor_root` is not the chain's block root at the ack's slot.
    case anchor = "anchor"
    /// The stated losses do not pass the loss gate.
    case lossGate = "loss gate"
    /// What is stated of the guard slice does not pass, or is stated where the chain has no pools.
    case guardSlice = "guard slice"
    /// The slice was drawn by another seed than the chain's.
    case sliceSeed = "slice seed"
    /// There are not as many bits as committee members.
    case bits = "bits"
    /// The author is no member of the committee, or its bit is not set.
    case author = "author"
    /// Too few members besides the author voted VALID.
    case quorum = "quorum"
    /// The aggregate signature does not verify under the losses that the certificate opens.
    case signature = "signature"

    // Faults that need the learning state: they make a block invalid, but slash nobody.

    /// The update is among the recently accepted ones.
    case replay = "replay"
    /// The candidate was made for another base model.
    case baseModel = "base model"
    /// The candidate was made for another adapter than the current one.
    case parentAdapter = "parent adapter"
    /// The ack's slot is not that of the candidate's reveal block.
    case reveal = "reveal"
    /// General text is forgotten beyond what the last updates may cost together.
    case budget = "forgetting budget"
    /// The block claims no update but carries a certificate that is not the empty one.
    case certificateNotEmpty = "certificate not empty"

    // Faults of evidence.

    /// The evidence's parent block is not on this chain, or the block is in the future.
    case parentNotCanonical = "parent not canonical"
    /// The evidence is older than the chain's memory allows to judge.
    case tooOld = "too old"
    /// The evidence's extra data are not 64 bytes that claim an update.
    case noUpdateClaimed = "no update claimed"
    /// A Merkle branch of the evidence does not lead to the header's body root.
    case branch = "branch"
    /// The accused is unknown, already slashed, or past slashing.
    case notSlashable = "not slashable"
    /// The accused block's certificate was valid.
    case quorumWasValid = "quorum was valid"
    /// The two votes speak of different slots, anchors or updates.
    case differentUpdate = "different update"
    /// The vote says what it is said to contradict, with the same losses behind it.
    case sameStatement = "same statement"
    /// The evidence holds both an aggregate and a second vote.
    case twoCounterparts = "two counterparts"
    /// The second vote is another validator's.
    case differentVoter = "different voter"
    /// The accused is not in the committee.
    case notInCommittee = "not in committee"
    /// The contradicted aggregate neither includes the voter nor reaches two thirds.
    case tooFewVotes = "too few votes"

    /// Whether a block whose certificate has this fault can be proved guilty from the chain before it alone.
    public var isSlashable: Bool {
        switch self {
        case .updateID, .candidate, .verdict, .slotWindow, .anchor, .lossGate, .guardSlice, .sliceSeed, .bits, .author, .quorum, .signature:
            true
        default: false
        }
    }

    public var description: String { rawValue }
}
