import NodeRecords

/// A question that this node asked, until it is answered.
struct PendingRequest: Sendable {
    /// What the answer is for.
    enum Purpose: Sendable, Hashable {
        /// Whether a node of the table is there.
        case liveness
        /// What a node says of itself.
        case record
        case lookup(LookupID)
        /// Someone outside asked.
        case caller
    }

    let contact: NodeContact
    let message: DiscoveryMessage
    let purpose: Purpose
    var deadline: UInt64
    /// Of the datagram that carried it; `nil` while it waits for a session that another request begins.
    var nonce: PacketNonce?
    /// Whether it went out again behind a handshake: a second challenge is not answered.
    var isHandshake = false
    var records: [NodeRecord] = []
    /// Answers of several that came.
    var answers: UInt64 = 0
}
