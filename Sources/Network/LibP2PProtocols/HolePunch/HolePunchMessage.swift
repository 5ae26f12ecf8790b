public import Multiformats

/// Two peers behind a relay agree when to dial each other (libp2p specs, DCUtR): `{1: type, 2: addrs}`.
public struct HolePunchMessage: Equatable, Sendable {
    public static let name = "/libp2p/dcutr"
    public static let maximumSize = 4096
    public static let maximumAddresses = 16

    public enum Kind: UInt64, Sendable {
        case connect = 100
        case sync = 300
    }

    public var kind: Kind
    /// Where others have seen the sender.
    public var addresses: [Multiaddr]

    public init(_ kind: Kind, addresses: [Multiaddr] = []) { (self.kind, self.addresses) = (kind, addresses) }

    public init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong(length: UInt64(bytes.count), limit: Self.maximumSize) }
        var (reader, kind) = (ProtobufReader(bytes), Kind?.none)
        addresses = []
        while let field = try reader.next() {
            switch field.number {
            case 1: kind = field.varint.flatMap { Kind(rawValue: $0) }
            case 2:
                if addresses.count < Self.maximumAddresses, let address = field.bytes.flatMap({ try? Multiaddr(bytes: $0) }) {
                    addresses.append(address)
                }
            default: break
            }
        }
        guard let kind else { throw .malformed("type of a hole punching message") }
        self.kind = kind
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(1, kind.rawValue)
        for address in addresses { writer.bytes(2, address.bytes) }
        return writer.bytes
    }
}
