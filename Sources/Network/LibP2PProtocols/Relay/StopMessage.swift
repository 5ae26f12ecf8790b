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
        var (reader, kind) = (ProtobufReader(bytes), Kind?.none)
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = field.varint.flatMap { Kind(rawValue: $0) }
            case 2: peer = try RelayPeer(bytes: field.bytes ?? [])
            case 3: limit = try RelayLimit(bytes: field.bytes ?? [])
            case 4: status = field.varint.flatMap { RelayStatus(rawValue: $0) }
            default: break
            }
        }
        guard let kind else { throw .malformed("type of a stop message") }
        self.kind = kind
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
