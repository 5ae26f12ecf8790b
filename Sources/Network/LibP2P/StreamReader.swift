public import LibP2PProtocols
public import NIOCore

/// Reads a stream by counts and frames instead of by what arrives.
public struct StreamReader: ~Copyable {
    private let stream: PeerStream
    private var buffer = ByteBuffer()

    public init(_ stream: PeerStream) { self.stream = stream }

    /// What has come and was not asked for yet.
    public var rest: ByteBuffer { buffer }

    /// The next frame behind a varint length, or `nil` where the stream ends between frames.
    public mutating func frame(limit: Int) async throws -> [UInt8]? {
        while true {
            if let frame = try VarintFrames.next(in: &buffer, limit: limit) { return Array(frame.readableBytesView) }
            guard try await fill() else {
                guard buffer.readableBytes == 0 else { throw HostError.streamEnded }
                return nil
            }
        }
    }

    /// The next `count` bytes, or `nil` where the stream ends before the first.
    public mutating func bytes(_ count: Int) async throws -> ByteBuffer? {
        while buffer.readableBytes < count {
            guard try await fill() else {
                guard buffer.readableBytes == 0 else { throw HostError.streamEnded }
                return nil
            }
        }
        return buffer.readSlice(length: count)
    }

    private mutating func fill() async throws -> Bool {
        guard var more = try await stream.read() else { return false }
        if buffer.readableBytes == 0 { buffer = more } else { buffer.writeBuffer(&more) }
        return true
    }
}
