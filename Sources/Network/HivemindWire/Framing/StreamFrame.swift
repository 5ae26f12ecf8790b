public import LibP2PProtocols
public import NIOCore
import Primitives

/// One piece of a call that streams: a byte that says what it is, a length of eight bytes, most significant first, and the
/// message. The end of what one side has to say is an error without text.
public enum StreamFrame: Equatable, Sendable {
    case message([UInt8])
    case failure(String)
    /// The sender is done; it may still read.
    case end

    private static let messageMarker: UInt8 = 0
    private static let errorMarker: UInt8 = 1
    private static let headLength = 9

    /// The next frame off the front of `input`; `nil` while it is not there whole. Nothing is gathered for one over `limit`.
    public static func next(in input: inout ByteBuffer, limit: Int) throws(WireError) -> StreamFrame? {
        guard let marker: UInt8 = input.getInteger(at: input.readerIndex) else { return nil }
        guard marker <= errorMarker else { throw .malformed("a stream frame that begins with \(marker)") }
        guard let length: UInt64 = input.getInteger(at: input.readerIndex + 1) else { return nil }
        let most = marker == errorMarker ? UnaryFrame.maximumError : limit
        guard length <= UInt64(most) else { throw .tooLong(length: length, limit: most) }
        guard input.readableBytes >= headLength + Int(length) else { return nil }
        input.moveReaderIndex(forwardBy: headLength)
        let body = Array((input.readSlice(length: Int(length)) ?? ByteBuffer()).readableBytesView)
        return marker == messageMarker ? .message(body) : try error(body)
    }

    private static func error(_ body: [UInt8]) throws(WireError) -> StreamFrame {
        var (reader, message) = (ProtobufReader(body), "")
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            guard let text = field.text else { throw .malformed("the text of an error") }
            message = text
        }
        return message.isEmpty ? .end : .failure(message)
    }

    public var bytes: [UInt8] {
        switch self {
        case .message(let body): return Self.head(Self.messageMarker, body.count) + body
        case .end: return Self.head(Self.errorMarker, 0)
        case .failure(let message):
            var writer = ProtobufWriter()
            // An error without text would be the end.
            writer.text(1, message.isEmpty ? "error" : String(decoding: message.utf8.prefix(UnaryFrame.maximumError / 2), as: UTF8.self))
            return Self.head(Self.errorMarker, writer.bytes.count) + writer.bytes
        }
    }

    private static func head(_ marker: UInt8, _ length: Int) -> [UInt8] {
        [marker] + UInt64(length).bigEndianBytes
    }
}
