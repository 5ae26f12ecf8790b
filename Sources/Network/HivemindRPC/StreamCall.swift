public import HivemindWire
public import LibP2P
import NIOCore
public import PeerIdentity

/// One of Hivemind's calls that stream, as the side that calls: messages go out and come in until each side says that it ends.
public struct StreamCall: ~Copyable {
    private let stream: PeerStream
    private let deadline: Task<Void, any Error>
    private let limit: Int
    private var buffer = ByteBuffer()

    /// Opens the call on a connection that is there.
    ///
    /// - Parameters:
    ///   - limit: bytes of one message that comes in.
    ///   - patience: after it the stream is reset, whatever is going on.
    public init(_ host: Host, _ peer: PeerID, _ name: String, limit: Int, patience: Duration) async throws {
        stream = try await host.openStream(to: peer, [name])
        deadline = stream.deadline(patience)
        self.limit = limit
    }

    /// Returns when the peer's window has taken the message.
    public func send(_ message: [UInt8]) async throws { try await stream.write(StreamFrame.message(message).bytes) }

    /// Says that nothing more goes out. The peer may still answer.
    public func end() async throws { try await stream.write(StreamFrame.end.bytes) }

    /// The next message, or `nil` where the peer has no more.
    ///
    /// - Throws: `HivemindError.remote` where the peer says that something went wrong.
    public mutating func next() async throws -> [UInt8]? {
        while true {
            switch try StreamFrame.next(in: &buffer, limit: limit) {
            case .message(let message): return message
            case .failure(let message): throw HivemindError.remote(message)
            case .end: return nil
            case nil:
                guard var more = try await stream.read() else {
                    guard buffer.readableBytes == 0 else { throw HostError.streamEnded }
                    return nil
                }
                buffer.writeBuffer(&more)
            }
        }
    }

    deinit {
        deadline.cancel()
        stream.close()
    }
}
