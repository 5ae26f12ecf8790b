public import Hummingbird
import Logging
import ServiceLifecycle

extension Response {
    /// A `text/event-stream` of what `events` yields, until the source ends, the reader leaves or the node stops.
    ///
    /// A comment goes out after each `keepAlive` so that proxies keep the connection and a reader who is gone is
    /// noticed.
    ///
    /// - Parameters:
    ///   - backlog: a reader who falls further behind than this loses the oldest events.
    ///   - encode: the event for an element, or `nil` to leave it out.
    public static func serverSentEvents<Events: AsyncSequence & Sendable>(
        _ events: Events, backlog: Int = 64, keepAlive: Duration = .seconds(15),
        encode: @escaping @Sendable (Events.Element) throws -> ServerSentEvent?
    ) -> Response where Events.Element: Sendable {
        let body = ResponseBody { writer in
            let (output, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(backlog))
            try await withGracefulShutdownHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        defer { continuation.finish() }
                        for try await element in events {
                            if let event = try encode(element) { continuation.yield(event.text) }
                        }
                    }
                    group.addTask {
                        while true {
                            try await Task.sleep(for: keepAlive)
                            continuation.yield(":\n\n")
                        }
                    }
                    defer { group.cancelAll() }
                    // Tells the browser at once that the stream is open, and to come back a second after it breaks.
                    try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                    for await text in output { try await writer.write(ByteBuffer(string: text)) }
                }
            } onGracefulShutdown: {
                continuation.finish()
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }
}
