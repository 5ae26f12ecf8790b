public import Multiformats

/// AutoNAT v1: "can you dial me?" (libp2p specs, autonat-v1): `{1: type, 2: {1: peer}, 3: {1: status, 2: text, 3: addr}}`.
public enum AutoNATMessage: Equatable, Sendable {
    public static let name = "/libp2p/autonat/1.0.0"
    public static let maximumSize = 4096

    public enum Status: UInt64, Sendable {
        case ok = 0
        case dialError = 100
        case dialRefused = 101
        case badRequest = 200
        case internalError = 300
    }

    /// Dial this peer at one of these addresses.
    case dial(RelayPeer)
    /// What came of it, and the address that answered.
    case response(Status, text: String?, address: Multiaddr?)

    public init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong(length: UInt64(bytes.count), limit: Self.maximumSize) }
        var reader = ProtobufReader(bytes)
        var kind: UInt64?
        var dial: [UInt8]?
        var response: [UInt8]?
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = field.varint
            case 2: dial = field.bytes
            case 3: response = field.bytes
            default: break
            }
        }
        switch (kind, dial, response) {
        case (0, let dial?, _): self = .dial(try Self.peer(dial))
        case (1, _, let response?): self = try Self.response(response)
        default: throw .malformed("AutoNAT message")
        }
    }

    private static func peer(_ dial: [UInt8]) throws(WireError) -> RelayPeer {
        var reader = ProtobufReader(dial)
        var peer: RelayPeer?
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            peer = try RelayPeer(bytes: field.bytes ?? [])
        }
        guard let peer else { throw .malformed("peer of an AutoNAT dial") }
        return peer
    }

    private static func response(_ bytes: [UInt8]) throws(WireError) -> AutoNATMessage {
        var reader = ProtobufReader(bytes)
        var code = Status.ok.rawValue
        var text: String?
        var address: Multiaddr?
        while let field = try reader.next() {
            switch field.number {
            case 1: code = field.varint ?? .max
            case 2: text = field.text.map { String($0.prefix(256)) }
            case 3: address = field.multiaddr
            default: break
            }
        }
        guard let status = Status(rawValue: code) else { throw .malformed("status of an AutoNAT response") }
        return .response(status, text: text, address: address)
    }

    public var bytes: [UInt8] {
        var (writer, inner) = (ProtobufWriter(), ProtobufWriter())
        switch self {
        case .dial(let peer):
            inner.bytes(1, peer.bytes)
            writer.varint(1, 0)
            writer.bytes(2, inner.bytes)
        case .response(let status, let text, let address):
            inner.varint(1, status.rawValue)
            inner.text(2, text)
            inner.bytes(3, address?.bytes)
            writer.varint(1, 1)
            writer.bytes(3, inner.bytes)
        }
        return writer.bytes
    }
}
