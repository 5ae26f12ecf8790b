public import BeaconTypes
import Primitives

/// The verdict values of an `UpdateAck` (docs/protocol.md#new). Silence is the third answer: it is no vote at all.
public enum UpdateAckVerdict: UInt8, Sendable, Hashable {
    /// The update was recomputed bit for bit and passes the loss gate.
    case valid = 1
    /// The update was recomputed and does not pass, or its parts do not fit together.
    case invalid = 2
}

extension UpdateAck {
    /// Whether an INVALID ack is one of two kinds: it states nothing, since the gate was not run, or an adapter and its losses,
    /// which do not pass the gate.
    public var keepsRuleOfInvalid: Bool {
        if adapterRoot.isZero { return lossBefore == 0 && lossAfter == 0 }
        return !LossGateRule.passes(lossBeforeBits: lossBefore, lossAfterBits: lossAfter)
    }

    /// The INVALID ack on the same update of a member that did not run the gate: no adapter and no losses.
    public var invalidWithoutGate: UpdateAck {
        UpdateAck(
            slot: slot, anchorRoot: anchorRoot, updateId: updateId, author: author, verdict: UpdateAckVerdict.invalid.rawValue,
            adapterRoot: .zero, lossBefore: 0, lossAfter: 0)
    }
}
