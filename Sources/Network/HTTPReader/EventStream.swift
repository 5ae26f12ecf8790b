/// Cuts a stream of bytes into server-sent events (WHATWG HTML, "Server-sent events").
public struct EventStream: Sendable {
    public struct Event: Sendable, Hashable {
        public var name: String
        public var data: String

        public init(name: String, data: String) { (self.name, self.data) = (name, data) }
    }

    /// The longest event taken with its comments, in bytes: a node that never ends one holds no memory.
    public static let lineLimit = 1 << 20

    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []
    private var length = 0

    public init() {}

    /// The events that these bytes complete.
    ///
    /// - Throws: `HTTPReadError.tooLong`.
    public mutating func take(_ bytes: some Sequence<UInt8>) throws(HTTPReadError) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                length += 1
                guard length <= Self.lineLimit else { throw .tooLong(limit: Self.lineLimit) }
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

extension HTTPAnswer {
    /// The body as server-sent events, until it ends.
    ///
    /// - Throws: `HTTPReadError`.
    public var events: AsyncThrowingStream<EventStream.Event, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                var parser = EventStream()
                do {
                    for try await piece in pieces {
                        for event in try parser.take(piece) { continuation.yield(event) }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
