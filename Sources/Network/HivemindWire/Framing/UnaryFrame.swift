public import LibP2PProtocols

/// One message of a call with one request and one answer, as p2pd writes it on a stream of its own: protobuf
/// `PersistentConnectionRequest` behind a varint length (`hivemind/proto/p2pd.proto`).
///
/// The caller keeps its direction open until the answer is there: p2pd takes its end for a cancellation.
public struct UnaryFrame: Equatable, Sendable {
    /// The longest frame that p2pd reads by Hivemind's setting.
    public static let maximumSize = 4 << 20
    /// Bytes of a call's id, a UUID.
    public static let idLength = 16
    /// The longest error that is read.
    public static let maximumError = 4096

    public enum Body: Equatable, Sendable {
        /// What the other side is asked: who is asked, by which name, and the request.
        case call(peer: [UInt8], name: String, data: [UInt8])
        case response([UInt8])
        case failure(String)
        case cancel
    }

    public var id: [UInt8]
    public var body: Body

    public init(id: [UInt8], _ body: Body) { (self.id, self.body) = (id, body) }

    /// A call under an id of the system's randomness.
    public static func call(peer: [UInt8], name: String, data: [UInt8]) -> UnaryFrame {
        UnaryFrame(id: (0..<idLength).map { _ in UInt8.random(in: 0...255) }, .call(peer: peer, name: name, data: data))
    }

    /// Reads the protobuf form.
    public init(bytes: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(bytes)
        var (id, body): ([UInt8]?, Body?) = (nil, nil)
        while let field = try reader.next() {
            switch field.number {
            case 1: id = field.bytes
            case 3: body = try Self.call(field.bytes ?? [])
            case 4: body = try Self.answer(field.bytes ?? [])
            case 5: body = .cancel
            default: break
            }
        }
        guard let id, id.count == Self.idLength else { throw .malformed("a call without an id of \(Self.idLength) bytes") }
        guard let body else { throw .malformed("a call that says nothing") }
        self.init(id: id, body)
    }

    private static func call(_ bytes: [UInt8]) throws(WireError) -> Body {
        var reader = ProtobufReader(bytes)
        var (peer, name, data): ([UInt8], String, [UInt8]) = ([], "", [])
        while let field = try reader.next() {
            switch field.number {
            case 1: peer = field.bytes ?? []
            case 2:
                guard let text = field.text else { throw .malformed("the name of a call") }
                name = text
            case 3: data = field.bytes ?? []
            default: break
            }
        }
        return .call(peer: peer, name: name, data: data)
    }

    private static func answer(_ bytes: [UInt8]) throws(WireError) -> Body {
        var reader = ProtobufReader(bytes)
        var body: Body?
        while let field = try reader.next() {
            switch field.number {
            case 1: body = .response(field.bytes ?? [])
            case 2: body = .failure(String(decoding: (field.bytes ?? []).prefix(maximumError), as: UTF8.self))
            default: break
            }
        }
        guard let body else { throw .malformed("an answer that is neither response nor error") }
        return body
    }

    /// The protobuf form, without its length.
    public var bytes: [UInt8] {
        var (writer, inner) = (ProtobufWriter(), ProtobufWriter())
        writer.bytes(1, id)
        switch body {
        case .call(let peer, let name, let data):
            inner.bytes(1, peer)
            inner.text(2, name)
            inner.bytes(3, data)
            writer.bytes(3, inner.bytes)
        case .response(let data):
            inner.bytes(1, data)
            writer.bytes(4, inner.bytes)
        case .failure(let message):
            inner.text(2, message)
            writer.bytes(4, inner.bytes)
        case .cancel: writer.bytes(5, [])
        }
        return writer.bytes
    }

    /// The frame as it travels.
    public var framed: [UInt8] { VarintFrames.frame(bytes) }
}
