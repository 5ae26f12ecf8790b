public import Multiformats
public import PeerIdentity

/// A peer as the messages of circuit relays and AutoNAT name it: `{1: id, 2: addrs}`.
public struct RelayPeer: Equatable, Sendable {
    /// The most addresses that are read.
    public static let maximumAddresses = 32

    public var id: PeerID
    public var addresses: [Multiaddr]

    public init(id: PeerID, addresses: [Multiaddr] = []) { (self.id, self.addresses) = (id, addresses) }

    /// Addresses of unknown kinds are passed over.
    init(bytes: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(bytes)
        var id: PeerID?
        var addresses: [Multiaddr] = []
        while let field = try reader.next() {
            switch field.number {
            case 1: id = field.bytes.flatMap { Multihash(bytes: $0) }.map { PeerID($0) }
            case 2:
                if addresses.count < Self.maximumAddresses, let address = field.multiaddr {
                    addresses.append(address)
                }
            default: break
            }
        }
        guard let id else { throw .malformed("peer id") }
        self.init(id: id, addresses: addresses)
    }

    var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, id.bytes)
        for address in addresses { writer.bytes(2, address.bytes) }
        return writer.bytes
    }
}
