/// What a relay and the peer that is called say to each other (libp2p specs, circuit v2, stop).
public struct StopMessage: Equatable, Sendable {
    public static let name = "/libp2p/circuit/relay/0.2.0/stop"

    public enum Kind: UInt64, Sendable {
        case connect = 0
        case status = 1
    }

    public var kind: Kind
    /// Who calls.
    public var peer: RelayPeer?
    public var limit: RelayLimit?
    public var status: RelayStatus?

    public init(connect peer: RelayPeer, limit: RelayLimit?) { (kind, self.peer, self.limit) = (.connect, peer, limit) }
    public init(_ status: RelayStatus) { (kind, self.status) = (.status, status) }

    public init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= HopMessage.maximumSize else {
            throw .tooLong(length: UInt64(bytes.count), limit: HopMessage.maximumSize)
        }
        var reader = ProtobufReader(bytes)
        var kind: Kind?
        var message = StopMessage(.ok)
        message.status = nil
        while let field = try reader.next() {
            switch field.number {
            case 1:
                if let value = field.varint { kind = Kind(rawValue: value) }
            case 2: message.peer = try RelayPeer(bytes: field.bytes ?? [])
            case 3: message.limit = try RelayLimit(bytes: field.bytes ?? [])
            case 4:
                if let value = field.varint { message.status = RelayStatus(rawValue: value) }
            default: break
            }
        }
        guard let kind else { throw .malformed("type of a stop message") }
        message.kind = kind
        self = message
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(1, kind.rawValue)
        writer.bytes(2, peer?.bytes)
        writer.bytes(3, limit?.bytes)
        if let status { writer.varint(4, status.rawValue) }
        return writer.bytes
    }
}
