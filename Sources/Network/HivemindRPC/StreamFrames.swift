public import HivemindWire
public import LibP2P
import NIOCore

/// Reads a stream by Hivemind's frames.
public struct StreamFrames: ~Copyable {
    private let stream: PeerStream
    private let limit: Int
    private var buffer = ByteBuffer()

    /// - Parameter limit: bytes of one message.
    public init(_ stream: PeerStream, limit: Int) { (self.stream, self.limit) = (stream, limit) }

    /// The next frame, or `nil` where the peer has closed its direction between two.
    public mutating func next() async throws -> StreamFrame? {
        while true {
            if let frame = try StreamFrame.next(in: &buffer, limit: limit) { return frame }
            guard var more = try await stream.read() else {
                guard buffer.readableBytes == 0 else { throw HostError.streamEnded }
                return nil
            }
            buffer.writeBuffer(&more)
        }
    }
}
