/// One event of a `text/event-stream` (WHATWG HTML, server-sent events).
public struct ServerSentEvent: Sendable, Hashable {
    /// The event's type; `nil` is `message`.
    public var event: String?
    /// The payload. Each of its lines becomes a `data:` line.
    public var data: String

    public init(event: String? = nil, data: String) {
        self.event = event
        self.data = data
    }

    /// The event as it goes over the wire, with the empty line that ends it.
    public var text: String {
        let head = event.map { "event: \($0)\n" } ?? ""
        let lines = data.split(omittingEmptySubsequences: false) { $0.isNewline }
        return head + lines.map { "data: \($0)\n" }.joined() + "\n"
    }
}
