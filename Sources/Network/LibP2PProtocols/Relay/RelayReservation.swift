public import Multiformats
public import PeerIdentity

/// A place at a relay: `{1: expire, 2: addrs, 3: voucher}`.
public struct RelayReservation: Equatable, Sendable {
    /// Unix seconds.
    public var expires: UInt64
    /// Where the relay can be dialled, with its peer id.
    public var addresses: [Multiaddr]
    /// A `RelayVoucher` in its envelope.
    public var voucher: [UInt8]?

    public init(expires: UInt64, addresses: [Multiaddr], voucher: [UInt8]?) {
        (self.expires, self.addresses, self.voucher) = (expires, addresses, voucher)
    }

    init(bytes: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(bytes)
        var (expires, addresses, voucher) = (UInt64(0), [Multiaddr](), [UInt8]?.none)
        while let field = try reader.next() {
            switch field.number {
            case 1: expires = field.varint ?? 0
            case 2:
                if addresses.count < RelayPeer.maximumAddresses, let address = field.multiaddr {
                    addresses.append(address)
                }
            case 3: voucher = field.bytes
            default: break
            }
        }
        self.init(expires: expires, addresses: addresses, voucher: voucher)
    }

    var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(1, expires)
        for address in addresses { writer.bytes(2, address.bytes) }
        writer.bytes(3, voucher)
        return writer.bytes
    }
}

/// A relay's signed word that it keeps a place for a peer: `{1: relay, 2: peer, 3: expiration}`.
public struct RelayVoucher: Equatable, Sendable {
    public static let domain = "libp2p-relay-rsvp"
    public static let payloadType: [UInt8] = [0x03, 0x02]

    public let relay: PeerID
    public let peer: PeerID
    /// Unix seconds.
    public let expires: UInt64

    public init(relay: PeerID, peer: PeerID, expires: UInt64) { (self.relay, self.peer, self.expires) = (relay, peer, expires) }

    /// Reads a signed envelope; the signer must be the relay that the voucher names.
    public init(envelope bytes: [UInt8]) throws(PeerIdentityError) {
        let envelope = try PeerEnvelope(bytes: bytes, domain: Self.domain, payloadType: Self.payloadType)
        do { try self.init(payload: envelope.payload) } catch { throw .malformedEnvelope("relay voucher: \(error)") }
        guard envelope.publicKey.peerID == relay else { throw .badSignature }
    }

    private init(payload: [UInt8]) throws(WireError) {
        var reader = ProtobufReader(payload)
        var relay: PeerID?
        var peer: PeerID?
        var expires: UInt64 = 0
        while let field = try reader.next() {
            switch field.number {
            case 1: relay = field.bytes.flatMap { Multihash(bytes: $0) }.map { PeerID($0) }
            case 2: peer = field.bytes.flatMap { Multihash(bytes: $0) }.map { PeerID($0) }
            case 3: expires = field.varint ?? 0
            default: break
            }
        }
        guard let relay, let peer else { throw .malformed("peer id") }
        self.init(relay: relay, peer: peer, expires: expires)
    }

    /// The voucher in an envelope signed by `key`, the relay's.
    public func sealed(by key: any PeerSigner) throws(PeerIdentityError) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, relay.bytes)
        writer.bytes(2, peer.bytes)
        writer.varint(3, expires)
        return try EnvelopeParts(domain: Self.domain, payloadType: Self.payloadType, payload: writer.bytes, signer: key).bytes
    }
}
