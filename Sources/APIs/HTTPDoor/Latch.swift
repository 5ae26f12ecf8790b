/// Something that happens once, and those who wait for it.
struct Latch: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }

    /// Returns once it is open, or when the task is cancelled.
    func wait() async { for await _ in stream {} }
}
