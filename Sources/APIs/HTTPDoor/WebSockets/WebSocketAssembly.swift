import NIOCore
import NIOWebSocket

/// Makes messages of a client's frames (RFC 6455 §5), and finds what is wrong with them. Knows no socket.
struct WebSocketAssembly {
    enum Event: Equatable {
        /// Nothing yet.
        case more
        /// A whole message, of text or bytes that are UTF-8.
        case message([UInt8])
        /// To be answered with the same bytes.
        case ping(ByteBuffer)
        case pong
        /// The client closes, with this code if it gave one.
        case close(WebSocketErrorCode?)
        case fault(WebSocketFault)
    }

    private let limits: WebSocketLimits
    private var fragments = 0
    private var bytes: [UInt8] = []

    init(limits: WebSocketLimits) { self.limits = limits }

    mutating func take(_ frame: WebSocketFrame) -> Event {
        guard frame.maskKey != nil else { return .fault(.protocolError("a client's frames are masked")) }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .fault(.protocolError("no extension was agreed on")) }
        switch frame.opcode {
        case .text, .binary:
            guard fragments == 0 else { return .fault(.protocolError("a message began within another")) }
            return gather(frame)
        case .continuation:
            guard fragments > 0 else { return .fault(.protocolError("there is no message to continue")) }
            return gather(frame)
        case .ping: return .ping(frame.unmaskedData)
        case .pong: return .pong
        case .connectionClose: return Self.close(frame.unmaskedData)
        default: return .fault(.protocolError("the frame's opcode is not known"))
        }
    }

    private mutating func gather(_ frame: WebSocketFrame) -> Event {
        let data = frame.unmaskedData
        guard bytes.count + data.readableBytes <= limits.messageBytes else { return .fault(.tooLarge(limits.messageBytes)) }
        fragments += 1
        guard fragments <= limits.fragments else {
            return .fault(WebSocketFault(.policyViolation, "a message has at most \(limits.fragments) frames"))
        }
        bytes += data.readableBytesView
        guard frame.fin else { return .more }
        defer { (fragments, bytes) = (0, []) }
        guard Self.isText(bytes) else { return .fault(.notText) }
        return .message(bytes)
    }

    private static func close(_ data: ByteBuffer) -> Event {
        var data = data
        guard data.readableBytes > 0 else { return .close(nil) }
        guard let code = data.readWebSocketErrorCode() else { return .fault(.protocolError("a close code has two bytes")) }
        let number = UInt16(webSocketErrorCode: code)
        guard (1000...1003).contains(number) || (1007...1014).contains(number) || (3000...4999).contains(number) else {
            return .fault(.protocolError("\(number) is no close code"))
        }
        guard isText(data.readableBytesView) else { return .fault(.notText) }
        return .close(code)
    }

    private static func isText(_ bytes: some Collection<UInt8>) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}
