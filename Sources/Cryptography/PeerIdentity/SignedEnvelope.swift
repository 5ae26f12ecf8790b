import Multiformats

/// A libp2p signed envelope (RFC 0002): a payload, the type of the payload, and a signature by a peer key over both
/// and a domain string that keeps signatures of different purposes apart.
public struct SignedEnvelope: Hashable, Sendable {
    /// The largest envelope that is read, in bytes.
    public static let maximumSize = 4096

    public let publicKey: PeerPublicKey
    public let payloadType: [UInt8]
    public let payload: [UInt8]
    public let signature: [UInt8]

    /// Signs `payload` for `domain`.
    public init(domain: String, payloadType: [UInt8], payload: [UInt8], key: PeerKeyPair) throws(PeerIdentityError) {
        publicKey = key.publicKey
        self.payloadType = payloadType
        self.payload = payload
        signature = try key.sign(Self.signedBytes(domain: domain, payloadType: payloadType, payload: payload))
    }

    /// Reads the protobuf form and verifies its signature for `domain`.
    public init(bytes: [UInt8], domain: String, payloadType expected: [UInt8]) throws(PeerIdentityError) {
        guard bytes.count <= Self.maximumSize else { throw .malformedEnvelope("over \(Self.maximumSize) bytes") }
        var fields: [UInt8: [UInt8]] = [:]
        var rest = bytes[...]
        while let tag = rest.popFirst() {
            guard tag & 7 == 2, let length = try? Varint.decode(&rest), length <= UInt64(rest.count) else {
                throw .malformedEnvelope("field \(tag >> 3)")
            }
            guard fields[tag >> 3] == nil else { throw .malformedEnvelope("field \(tag >> 3) stands twice") }
            fields[tag >> 3] = Array(rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
        }
        guard let key = fields[1], let type = fields[2], let payload = fields[3], let signature = fields[5] else {
            throw .malformedEnvelope("a field is missing")
        }
        guard type == expected else { throw .wrongDomain(expectedPayloadType: expected, actual: type) }
        publicKey = try PeerPublicKey(message: key)
        (payloadType, self.payload, self.signature) = (type, payload, signature)
        guard publicKey.verify(signature, of: Self.signedBytes(domain: domain, payloadType: type, payload: payload)) else {
            throw .badSignature
        }
    }

    /// The protobuf form: `{1: public_key, 2: payload_type, 3: payload, 5: signature}`.
    public var bytes: [UInt8] {
        func field(_ number: UInt8, _ data: [UInt8]) -> [UInt8] {
            [number << 3 | 2] + Varint.encode(UInt64(data.count)) + data
        }
        return field(1, publicKey.message) + field(2, payloadType) + field(3, payload) + field(5, signature)
    }

    /// What is signed: domain, payload type and payload, each behind its length.
    private static func signedBytes(domain: String, payloadType: [UInt8], payload: [UInt8]) -> [UInt8] {
        let domainBytes = Array(domain.utf8)
        return [domainBytes, payloadType, payload].reduce(into: []) { $0 += Varint.encode(UInt64($1.count)) + $1 }
    }
}
