/// What waits to be sent to one peer: control first, then messages, oldest first. A message that the peer turns out to have while it
/// waits is taken out again, and one that waits already is not put in twice: on a line that is full that saves more than any word
/// between the peers could.
struct PeerOutbox: Sendable {
    struct Entry: Sendable {
        let id: [UInt8]
        /// `nil` once it is sent, dropped or taken out.
        var message: PubSubMessage?
    }

    /// What a message that waits counts for beside its data: topic, id, author, signature and the places that hold them. Without it
    /// many empty messages would cost nothing.
    static let overhead = 256
    /// The most messages of one RPC.
    private static let messagesAtOnce = 256

    private let withdraws: Bool
    private var control = GossipRPC()
    /// Control went alone: steady control must not hold a long message back for good.
    private var owesMessage = false
    private(set) var entries: [Entry] = []
    private var first = 0
    private var places: [[UInt8]: Int] = [:]
    /// What the messages that wait hold: their data, and the overhead of each.
    private(set) var bytes = 0
    private var count = 0

    /// - Parameter withdraws: whether messages that are not needed any more are taken out; without it this is a plain queue.
    init(withdraws: Bool) { self.withdraws = withdraws }

    var isEmpty: Bool { control.isEmpty && count == 0 }

    mutating func tell(_ change: (inout GossipRPC) -> Void) { change(&control) }

    /// Puts a message at the end; the oldest go where more than `limit` bytes wait.
    mutating func add(_ message: PubSubMessage, _ id: [UInt8], limit: Int) {
        if withdraws {
            guard places[id] == nil else { return }
            places[id] = entries.count
        }
        entries.append(Entry(id: id, message: message))
        (bytes, count) = (bytes + Self.weight(message), count + 1)
        while bytes > limit, count > 1 { _ = popFirst() }
    }

    /// Loses the oldest message. Returns whether there was one.
    mutating func dropFirst() -> Bool { popFirst() != nil }

    /// The peer has the message, or does not want it.
    mutating func withdraw(_ id: [UInt8]) {
        guard let place = places.removeValue(forKey: id), let message = entries[place].message else { return }
        entries[place].message = nil
        (bytes, count) = (bytes - Self.weight(message), count - 1)
        tidy()
    }

    /// What is to be sent next: all control, and messages while it stays within `limit` bytes; a message over that goes alone. Where
    /// control left no room for the message at the front, the next turn is the messages'.
    mutating func take(limit: Int) -> GossipRPC? {
        guard !isEmpty else { return nil }
        let isTurn = owesMessage && count > 0
        var (rpc, size) = isTurn ? (GossipRPC(), 0) : (control, control.isEmpty ? 0 : control.bytes.count)
        if !isTurn { control = GossipRPC() }
        while rpc.messages.count < Self.messagesAtOnce, let next = nextSize, rpc.isEmpty || size + next <= limit {
            guard let message = popFirst() else { break }
            rpc.messages.append(message)
            size += next
        }
        owesMessage = rpc.messages.isEmpty && count > 0
        return rpc
    }

    private static func weight(_ message: PubSubMessage) -> Int { message.data.count + overhead }

    /// Bytes of the message at the front.
    private var nextSize: Int? {
        count > 0 ? entries[first...].first { $0.message != nil }?.message?.data.count : nil
    }

    private mutating func popFirst() -> PubSubMessage? {
        while first < entries.count {
            guard let message = entries[first].message else {
                first += 1
                continue
            }
            let id = entries[first].id
            // What is sent is let go at once, not when the places are tidied.
            entries[first].message = nil
            first += 1
            if withdraws { places[id] = nil }
            (bytes, count) = (bytes - Self.weight(message), count - 1)
            tidy()
            return message
        }
        return nil
    }

    /// Forgets what was sent, dropped or taken out, once it is the greater part.
    private mutating func tidy() {
        if count == 0 {
            (first, entries, places) = (0, [], [:])
        } else if entries.count > 256, count * 2 < entries.count {
            entries = entries[first...].filter { $0.message != nil }
            first = 0
            if withdraws { for (place, entry) in entries.enumerated() { places[entry.id] = place } }
        }
    }
}
