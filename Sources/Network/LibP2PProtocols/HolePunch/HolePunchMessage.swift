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
        var reader = ProtobufReader(bytes)
        var kind: Kind?
        var addresses: [Multiaddr] = []
        while let field = try reader.next() {
            switch field.number {
            case 1:
                // Not flatMap: an optimised build by Swift 6.3.1 ends in a crash of the compiler.
                if let value = field.varint { kind = Kind(rawValue: value) }
            case 2:
                if addresses.count < Self.maximumAddresses, let address = field.multiaddr {
                    addresses.append(address)
                }
            default: break
            }
        }
        guard let kind else { throw .malformed("type of a hole punching message") }
        self.init(kind, addresses: addresses)
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(1, kind.rawValue)
        for address in addresses { writer.bytes(2, address.bytes) }
        return writer.bytes
    }
}
