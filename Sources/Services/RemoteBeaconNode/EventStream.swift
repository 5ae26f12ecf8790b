/// Cuts a stream of bytes into server-sent events (WHATWG HTML, "Server-sent events").
struct EventStream {
    struct Event: Sendable, Hashable {
        var name: String
        var data: String
    }

    /// The longest line taken, in bytes: a node that never ends one holds no memory.
    static let lineLimit = 1 << 20

    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []
    private var length = 0

    /// The events that these bytes complete.
    ///
    /// - Throws: `RemoteBeaconNodeError.tooLong`.
    mutating func take(_ bytes: some Sequence<UInt8>) throws(RemoteBeaconNodeError) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                length += 1
                guard length <= Self.lineLimit else { throw .tooLong(path: "/eth/v1/events", limit: Self.lineLimit) }
                line.append(byte)
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if let event = endLine() { events.append(event) }
            line = []
        }
        return events
    }

    /// Reads the line; an empty one ends an event.
    private mutating func endLine() -> Event? {
        guard !line.isEmpty else {
            defer { (name, data, length) = ("", [], 0) }
            return data.isEmpty ? nil : Event(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
        }
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? parts[1] : ""
        if value.hasPrefix(" ") { value.removeFirst() }
        switch parts[0] {
        case "event": name = String(value)
        case "data": data.append(String(value))
        // Comments, ids and retry times change nothing here.
        default: break
        }
        return nil
    }
}
