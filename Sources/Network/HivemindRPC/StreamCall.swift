public import HivemindWire
public import LibP2P
public import PeerIdentity

/// One of Hivemind's calls that stream, as the side that calls: messages go out and come in until each side says that it ends.
public struct StreamCall: ~Copyable {
    private let stream: PeerStream
    private var deadline: Task<Void, any Error>
    private var frames: StreamFrames

    /// Opens the call on a connection that is there.
    ///
    /// - Parameters:
    ///   - limit: bytes of one message that comes in.
    ///   - patience: after it the stream is reset, whatever is going on.
    public init(_ host: Host, _ peer: PeerID, _ name: String, limit: Int, patience: Duration) async throws {
        stream = try await host.openStream(to: peer, [name])
        deadline = stream.deadline(patience)
        frames = StreamFrames(stream, limit: limit)
    }

    /// Returns when the peer's window has taken the message.
    public func send(_ message: [UInt8]) async throws { try await stream.write(StreamFrame.message(message).bytes) }

    /// Says that nothing more goes out. The peer may still answer.
    public func end() async throws { try await stream.write(StreamFrame.end.bytes) }

    /// The next message, or `nil` where the peer has no more.
    ///
    /// - Throws: `HivemindError.remote` where the peer says that something went wrong.
    public mutating func next() async throws -> [UInt8]? {
        switch try await frames.next() {
        case .message(let message): message
        case .failure(let message): throw HivemindError.remote(message)
        case .end, nil: nil
        }
    }

    /// From now on it may take so long, whatever was said before.
    public mutating func allow(_ patience: Duration) {
        deadline.cancel()
        deadline = stream.deadline(patience)
    }

    deinit {
        deadline.cancel()
        stream.close()
    }
}
