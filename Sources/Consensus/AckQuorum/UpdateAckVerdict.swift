/// The verdict values of an `UpdateAck` (docs/protocol.md#new). Silence is the third answer: it is no vote at all.
public enum UpdateAckVerdict: UInt8, Sendable, Hashable {
    /// The update was recomputed bit for bit and passes the loss gate.
    case valid = 1
    /// The update was recomputed and does not pass, or its parts do not fit together.
    case invalid = 2
}
