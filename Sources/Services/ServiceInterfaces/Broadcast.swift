/// Sends each element to every subscriber, in order. Owned by an actor, whose isolation protects it.
///
/// A subscriber that falls more than `bufferLimit` elements behind loses the oldest ones: a slow reader never
/// holds memory or the sender.
public struct Broadcast<Element: Sendable> {
    private var continuations: [UInt64: AsyncStream<Element>.Continuation] = [:]
    private var nextID: UInt64 = 0
    private let bufferLimit: Int
    private var isFinished = false

    public init(bufferLimit: Int = 256) {
        self.bufferLimit = bufferLimit
    }

    /// How many streams are open.
    public var subscriberCount: Int { continuations.count }

    /// A stream of everything sent from now on, after `first`. It ends when the broadcast finishes.
    public mutating func subscribe(after first: [Element] = []) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream.makeStream(of: Element.self, bufferingPolicy: .bufferingNewest(bufferLimit))
        for element in first { continuation.yield(element) }
        if isFinished {
            continuation.finish()
        } else {
            continuations[nextID] = continuation
            nextID += 1
        }
        return stream
    }

    public mutating func send(_ element: Element) {
        var gone: [UInt64] = []
        for (id, continuation) in continuations {
            if case .terminated = continuation.yield(element) { gone.append(id) }
        }
        for id in gone { continuations[id] = nil }
    }

    /// Ends every stream. Later subscribers get an empty one.
    public mutating func finish() {
        isFinished = true
        for continuation in continuations.values { continuation.finish() }
        continuations = [:]
    }
}
