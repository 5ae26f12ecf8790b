import Multiformats

/// What stands in a signed envelope (RFC 0002), before anybody has verified it: keys of every kind have the same one.
public struct EnvelopeParts: Hashable, Sendable {
    /// The signer's public key in its protobuf form.
    public let keyMessage: [UInt8]
    public let payloadType: [UInt8]
    public let payload: [UInt8]
    public let signature: [UInt8]

    /// Signs `payload` for `domain`.
    public init(domain: String, payloadType: [UInt8], payload: [UInt8], signer: any PeerSigner) throws(PeerIdentityError) {
        keyMessage = signer.publicKeyMessage
        (self.payloadType, self.payload) = (payloadType, payload)
        signature = try signer.sign(Self.signedBytes(domain: domain, payloadType: payloadType, payload: payload))
    }

    /// Reads the protobuf form.
    public init(bytes: [UInt8], payloadType expected: [UInt8]) throws(PeerIdentityError) {
        guard bytes.count <= SignedEnvelope.maximumSize else { throw .malformedEnvelope("over \(SignedEnvelope.maximumSize) bytes") }
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
        (keyMessage, payloadType, self.payload, self.signature) = (key, type, payload, signature)
    }

    /// The protobuf form: `{1: public_key, 2: payload_type, 3: payload, 5: signature}`.
    public var bytes: [UInt8] {
        func field(_ number: UInt8, _ data: [UInt8]) -> [UInt8] {
            [number << 3 | 2] + Varint.encode(UInt64(data.count)) + data
        }
        return field(1, keyMessage) + field(2, payloadType) + field(3, payload) + field(5, signature)
    }

    /// What the signature must be of.
    public func signedBytes(domain: String) -> [UInt8] { Self.signedBytes(domain: domain, payloadType: payloadType, payload: payload) }

    /// Domain, payload type and payload, each behind its length.
    private static func signedBytes(domain: String, payloadType: [UInt8], payload: [UInt8]) -> [UInt8] {
        let domainBytes = Array(domain.utf8)
        return [domainBytes, payloadType, payload].reduce(into: []) { $0 += Varint.encode(UInt64($1.count)) + $1 }
    }
}
