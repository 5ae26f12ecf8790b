import NodeRecords
import Primitives

/// The keys of a session as one side holds them.
struct Session: Sendable {
    var sendKey: [UInt8]
    var receiveKey: [UInt8]
    /// Of the session before: where two nodes greet each other at once, each may still use the one that the other began.
    var olderReceiveKey: [UInt8]?
    /// What the other side says of itself, as far as it is known.
    var remote: NodeRecord?
    /// Messages sent: the first four bytes of each nonce.
    var sent: UInt32 = 0
    var lastUse: UInt64 = 0
}

/// Sessions by node and endpoint, the most recently used of them.
struct SessionCache: Sendable {
    private let capacity: Int
    private var sessions: [NodeAddress: Session] = [:]
    private var uses: UInt64 = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { sessions.count }

    subscript(address: NodeAddress) -> Session? { sessions[address] }

    /// A new session takes the old one's place.
    mutating func begin(_ address: NodeAddress, sendKey: [UInt8], receiveKey: [UInt8], remote: NodeRecord? = nil) {
        let older = sessions[address]?.receiveKey
        if sessions[address] == nil, sessions.count >= capacity { evict() }
        uses += 1
        sessions[address] = Session(sendKey: sendKey, receiveKey: receiveKey, olderReceiveKey: older, remote: remote, lastUse: uses)
    }

    mutating func learn(_ record: NodeRecord, of address: NodeAddress) { sessions[address]?.remote = record }

    /// The number of the next message to `address`, with its key; `nil` without a session, or when its numbers are used up.
    mutating func nextMessage(to address: NodeAddress) -> (key: [UInt8], number: UInt32)? {
        guard var session = sessions[address] else { return nil }
        guard session.sent < UInt32.max else {
            sessions[address] = nil
            return nil
        }
        uses += 1
        session.sent += 1
        session.lastUse = uses
        sessions[address] = session
        return (session.sendKey, session.sent)
    }

    /// An eighth at a time, so that the search is seldom.
    private mutating func evict() {
        let oldest = sessions.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(max(1, capacity / 8))
        for entry in oldest { sessions[entry.key] = nil }
    }
}
