/// What waits to be sent to one peer: control first, then messages, oldest first. A message that the peer turns out to have while it
/// waits is taken out again, and one that waits already is not put in twice: on a line that is full that saves more than any word
/// between the peers could.
struct PeerOutbox: Sendable {
    private struct Entry: Sendable {
        let id: [UInt8]
        /// `nil` once it is taken out.
        var message: PubSubMessage?
    }

    /// The most messages of one RPC.
    private static let messagesAtOnce = 256

    private let withdraws: Bool
    private var control = GossipRPC()
    private var entries: [Entry] = []
    private var first = 0
    private var places: [[UInt8]: Int] = [:]
    /// Data of the messages that wait.
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
        (bytes, count) = (bytes + message.data.count, count + 1)
        while bytes > limit, count > 1 { _ = popFirst() }
    }

    /// Loses the oldest message. Returns whether there was one.
    mutating func dropFirst() -> Bool { popFirst() != nil }

    /// The peer has the message, or does not want it.
    mutating func withdraw(_ id: [UInt8]) {
        guard let place = places.removeValue(forKey: id), let message = entries[place].message else { return }
        entries[place].message = nil
        (bytes, count) = (bytes - message.data.count, count - 1)
        tidy()
    }

    /// What is to be sent next: all control, and messages while it stays within `limit` bytes; a message over that goes alone.
    mutating func take(limit: Int) -> GossipRPC? {
        guard !isEmpty else { return nil }
        var (rpc, size) = (control, control.isEmpty ? 0 : control.bytes.count)
        control = GossipRPC()
        while rpc.messages.count < Self.messagesAtOnce, let next = nextSize, rpc.isEmpty || size + next <= limit {
            guard let message = popFirst() else { break }
            rpc.messages.append(message)
            size += next
        }
        return rpc
    }

    /// Bytes of the message at the front.
    private var nextSize: Int? {
        count > 0 ? entries[first...].first { $0.message != nil }?.message?.data.count : nil
    }

    private mutating func popFirst() -> PubSubMessage? {
        while first < entries.count {
            let entry = entries[first]
            first += 1
            guard let message = entry.message else { continue }
            if withdraws { places[entry.id] = nil }
            (bytes, count) = (bytes - message.data.count, count - 1)
            tidy()
            return message
        }
        return nil
    }

    /// Forgets what is behind.
    private mutating func tidy() {
        if count == 0 {
            (first, entries, places) = (0, [], [:])
        } else if first > 512, first * 2 > entries.count {
            entries.removeFirst(first)
            for (id, place) in places { places[id] = place - first }
            first = 0
        }
    }
}
