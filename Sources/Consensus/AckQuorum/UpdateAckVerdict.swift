public import BeaconTypes
public import Primitives

/// The verdict values of an `UpdateAck` (docs/protocol.md#new). Silence is the third answer: it is no vote at all.
public enum UpdateAckVerdict: UInt8, Sendable, Hashable {
    /// The update was recomputed bit for bit and passes the loss gate.
    case valid = 1
    /// The update was recomputed and does not pass, or its parts do not fit together.
    case invalid = 2
}

extension UpdateAck {
    /// Whether an INVALID ack is one of two kinds: it states nothing, since the gate was not run, or an adapter and its losses,
    /// which do not pass the rules.
    public func keepsRuleOfInvalid(_ learning: LearningState) -> Bool {
        adapterRoot.isZero ? statesNothing : !passesRules(learning)
    }

    /// Whether it names no adapter and no losses.
    public var statesNothing: Bool { adapterRoot.isZero && lossBefore == 0 && lossAfter == 0 && guardLosses.isEmpty }

    /// `VERDICT_ANNOUNCED`: no verdict, but the author's word for its candidate, before anybody can know the slice.
    public static let announced: UInt8 = 3

    /// The author's word for a candidate: an ack of the candidate's slot that names no block, no adapter and no losses.
    public init(announcing candidate: UpdateCandidate, updateID: Bytes32) {
        self.init(
            slot: candidate.slot, anchorRoot: .zero, updateId: updateID, author: candidate.author, verdict: Self.announced,
            adapterRoot: .zero, lossBefore: 0, lossAfter: 0)
    }

    public var isAnnouncement: Bool { verdict == Self.announced }

    /// The verdict in a word, for logs.
    public var verdictName: String {
        switch UpdateAckVerdict(rawValue: verdict) {
        case .valid: "VALID"
        case .invalid: "INVALID"
        case nil: isAnnouncement ? "announced" : "\(verdict)"
        }
    }

    /// Whether an announcement states nothing else.
    public var keepsRuleOfAnnouncement: Bool {
        isAnnouncement && anchorRoot.isZero && adapterRoot.isZero && lossBefore == 0 && lossAfter == 0 && sliceSeed.isZero
            && guardLosses.isEmpty
    }

    /// The INVALID ack on the same update of a member that did not run the gate: no adapter and no losses.
    public var invalidWithoutGate: UpdateAck {
        UpdateAck(
            slot: slot, anchorRoot: anchorRoot, updateId: updateId, author: author, verdict: UpdateAckVerdict.invalid.rawValue,
            adapterRoot: .zero, lossBefore: 0, lossAfter: 0, sliceSeed: sliceSeed)
    }
}
