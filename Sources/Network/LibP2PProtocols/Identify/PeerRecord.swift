public import Multiformats
public import PeerIdentity

/// A peer's own addresses with a number that grows, signed by it (RFC 0003).
public struct PeerRecord: Equatable, Sendable {
    public static let domain = "libp2p-peer-record"
    public static let payloadType: [UInt8] = [0x03, 0x01]

    public let peer: PeerID
    public let sequence: UInt64
    public let addresses: [Multiaddr]

    public init(peer: PeerID, sequence: UInt64, addresses: [Multiaddr]) {
        (self.peer, self.sequence, self.addresses) = (peer, sequence, addresses)
    }

    /// Reads a signed envelope; the signer must be the peer that the record names.
    public init(envelope bytes: [UInt8]) throws(PeerIdentityError) {
        let envelope = try PeerEnvelope(bytes: bytes, domain: Self.domain, payloadType: Self.payloadType)
        do { try self.init(payload: envelope.payload) } catch { throw .malformedEnvelope("peer record: \(error)") }
        guard envelope.publicKey.peerID == peer else { throw .badSignature }
    }

    private init(payload: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(payload)
        var (peer, sequence, addresses): (PeerID?, UInt64, [Multiaddr]) = (nil, 0, [])
        while let field = try reader.next() {
            switch field.number {
            case 1: peer = field.bytes.flatMap { Multihash(bytes: $0) }.map { PeerID($0) }
            case 2: sequence = field.varint ?? 0
            case 3:
                var inner = ProtobufReader(field.bytes ?? [])
                while let field = try inner.next() {
                    guard field.number == 1, addresses.count < IdentifyMessage.maximumAddresses, let bytes = field.bytes,
                        let address = try? Multiaddr(bytes: bytes)
                    else { continue }
                    addresses.append(address)
                }
            default: break
            }
        }
        guard let peer else { throw .malformed("peer id") }
        self.init(peer: peer, sequence: sequence, addresses: addresses)
    }

    /// The record in an envelope signed by `key`.
    public func sealed(by key: any PeerSigner) throws(PeerIdentityError) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, peer.bytes)
        writer.varint(2, sequence)
        for address in addresses {
            var inner = ProtobufWriter()
            inner.bytes(1, address.bytes)
            writer.bytes(3, inner.bytes)
        }
        return try EnvelopeParts(domain: Self.domain, payloadType: Self.payloadType, payload: writer.bytes, signer: key).bytes
    }
}
