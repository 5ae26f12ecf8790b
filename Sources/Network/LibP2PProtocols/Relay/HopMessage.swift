/// What a peer and its relay say to each other (libp2p specs, circuit v2, hop).
public struct HopMessage: Equatable, Sendable {
    public static let name = "/libp2p/circuit/relay/0.2.0/hop"
    /// The largest message that is read, of hop and stop alike.
    public static let maximumSize = 4096

    public enum Kind: UInt64, Sendable {
        case reserve = 0
        case connect = 1
        case status = 2
    }

    public var kind: Kind
    public var peer: RelayPeer?
    public var reservation: RelayReservation?
    public var limit: RelayLimit?
    public var status: RelayStatus?

    public init(_ kind: Kind, peer: RelayPeer? = nil) { (self.kind, self.peer) = (kind, peer) }

    /// An answer.
    public init(_ status: RelayStatus, reservation: RelayReservation? = nil, limit: RelayLimit? = nil) {
        (kind, self.status, self.reservation, self.limit) = (.status, status, reservation, limit)
    }

    public init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong(length: UInt64(bytes.count), limit: Self.maximumSize) }
        var reader = ProtobufReader(bytes)
        var kind: Kind?
        var message = HopMessage(.ok)
        message.status = nil
        while let field = try reader.next() {
            switch field.number {
            case 1:
                if let value = field.varint { kind = Kind(rawValue: value) }
            case 2: message.peer = try RelayPeer(bytes: field.bytes ?? [])
            case 3: message.reservation = try RelayReservation(bytes: field.bytes ?? [])
            case 4: message.limit = try RelayLimit(bytes: field.bytes ?? [])
            case 5:
                if let value = field.varint { message.status = RelayStatus(rawValue: value) }
            default: break
            }
        }
        guard let kind else { throw .malformed("type of a hop message") }
        message.kind = kind
        self = message
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(1, kind.rawValue)
        writer.bytes(2, peer?.bytes)
        writer.bytes(3, reservation?.bytes)
        writer.bytes(4, limit?.bytes)
        if let status { writer.varint(5, status.rawValue) }
        return writer.bytes
    }
}
