import NodeRecords

/// A challenge that this node sent, until it is answered.
struct SentChallenge: Sendable {
    /// `masking-iv || header`, which the answer signs.
    let data: [UInt8]
    /// What this node knows of the other, whose record may be left out then.
    let record: NodeRecord?
    let deadline: UInt64
    /// Answers that may still be tried: each costs signature checks.
    var tries = 3
}
