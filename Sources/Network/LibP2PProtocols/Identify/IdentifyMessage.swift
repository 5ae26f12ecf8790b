public import Multiformats

/// What a peer says of itself (libp2p specs, identify). Several messages on one stream are merged.
public struct IdentifyMessage: Equatable, Sendable {
    public static let identify = "/ipfs/id/1.0.0"
    public static let push = "/ipfs/id/push/1.0.0"

    /// The largest message that is read, and how many on one stream.
    public static let maximumSize = 64 * 1024
    public static let maximumMessages = 10
    /// The most addresses and protocols that are kept of a peer.
    public static let maximumAddresses = 64
    public static let maximumProtocols = 1024

    public var publicKey: [UInt8]?
    public var listenAddresses: [Multiaddr] = []
    public var protocols: [String] = []
    public var observedAddress: Multiaddr?
    public var protocolVersion: String?
    public var agentVersion: String?
    /// A signed envelope with the peer's addresses.
    public var signedPeerRecord: [UInt8]?

    public init() {}

    /// Merges the protobuf form of one message. Addresses of unknown kinds are passed over.
    public mutating func merge(_ bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong(length: UInt64(bytes.count), limit: Self.maximumSize) }
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: publicKey = field.bytes
            case 2:
                if listenAddresses.count < Self.maximumAddresses, let bytes = field.bytes, let address = try? Multiaddr(bytes: bytes) {
                    listenAddresses.append(address)
                }
            case 3: if protocols.count < Self.maximumProtocols, let text = field.text { protocols.append(text) }
            case 4: observedAddress = field.multiaddr
            case 5: protocolVersion = field.text
            case 6: agentVersion = field.text
            case 8: signedPeerRecord = field.bytes
            default: break
            }
        }
    }

    /// The protobuf form.
    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, publicKey)
        for address in listenAddresses { writer.bytes(2, address.bytes) }
        for name in protocols { writer.text(3, name) }
        writer.bytes(4, observedAddress?.bytes)
        writer.text(5, protocolVersion)
        writer.text(6, agentVersion)
        writer.bytes(8, signedPeerRecord)
        return writer.bytes
    }
}
