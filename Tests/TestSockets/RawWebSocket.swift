import NIOCore
import NIOPosix

/// A WebSocket client that sends whatever bytes a test wants, and takes frames apart by itself (RFC 6455 §5.2).
public final class RawWebSocket {
    public struct Frame: Equatable {
        public var opcode: UInt8
        public var isLast: Bool
        public var payload: [UInt8]

        public init(opcode: UInt8, isLast: Bool, payload: [UInt8]) {
            (self.opcode, self.isLast, self.payload) = (opcode, isLast, payload)
        }

        public var text: String { String(decoding: payload, as: UTF8.self) }
        /// Of a close frame.
        public var closeCode: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    /// The nonce of RFC 6455 §1.3.
    public static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var bytes: [UInt8] = []
    /// What the door answered to the request to upgrade.
    public private(set) var head = ""

    private init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects, sends a request to upgrade, and gives the socket to `body` once it is answered.
    public static func connected<Value: Sendable>(
        to port: Int, headers: String = "", request: String? = nil, _ body: @Sendable (RawWebSocket) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            let socket = RawWebSocket(inbound, outbound)
            let upgrade =
                request ?? "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n\(headers)\r\n"
            try await outbound.write(ByteBuffer(string: upgrade))
            try await socket.readHead()
            return try await body(socket)
        }
    }

    private func readHead() async throws {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let start = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) {
                head = String(decoding: bytes[..<start], as: UTF8.self)
                bytes.removeFirst(start + end.count)
                return
            }
            guard let more = try await inbound.next() else { return head = String(decoding: bytes, as: UTF8.self) }
            bytes += more.readableBytesView
        }
    }

    /// Bytes as they are.
    public func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    public func send(text: String) async throws { try await send(Self.frame(1, Array(text.utf8))) }

    /// A frame with a mask.
    public static func frame(_ opcode: UInt8, _ payload: [UInt8], isLast: Bool = true) -> [UInt8] {
        let mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]
        var bytes: [UInt8] = [opcode | (isLast ? 0x80 : 0)]
        switch payload.count {
        case ..<126: bytes.append(UInt8(payload.count) | 0x80)
        case ..<65_536: bytes += [126 | 0x80, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
        default: bytes += [127 | 0x80] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    /// The next frame; `nil` at the end of the connection.
    public func next() async throws -> Frame? {
        while true {
            if let frame = parsed() { return frame }
            do {
                guard let more = try await inbound.next() else { return nil }
                bytes += more.readableBytesView
            } catch is IOError {
                return nil
            }
        }
    }

    /// The next message of text; `nil` where the connection ends or is closed first.
    public func nextText() async throws -> String? {
        while let frame = try await next() {
            if frame.opcode == 1 { return frame.text }
            if frame.opcode == 8 { return nil }
        }
        return nil
    }

    private func parsed() -> Frame? {
        guard bytes.count >= 2 else { return nil }
        var (length, start) = (Int(bytes[1] & 0x7f), 2)
        if length >= 126 {
            let count = length == 126 ? 2 : 8
            guard bytes.count >= 2 + count else { return nil }
            length = bytes[2..<2 + count].reduce(0) { $0 << 8 | Int($1) }
            start += count
        }
        guard bytes.count >= start + length else { return nil }
        let frame = Frame(opcode: bytes[0] & 0x0f, isLast: bytes[0] & 0x80 != 0, payload: Array(bytes[start..<start + length]))
        bytes.removeFirst(start + length)
        return frame
    }
}
