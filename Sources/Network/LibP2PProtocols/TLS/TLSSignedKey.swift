import SwiftASN1

/// What libp2p's extension carries: the identity key in its protobuf form, and its signature on the certificate's key
/// (libp2p specs, tls).
///
/// ```asn1
/// SignedKey ::= SEQUENCE { publicKey OCTET STRING, signature OCTET STRING }
/// ```
struct TLSSignedKey: Equatable, Sendable {
    /// The extension's object identifier, 1.3.6.1.4.1.53594.1.1.
    static let identifier: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 53594, 1, 1]

    var publicKey: [UInt8]
    var signature: [UInt8]

    /// What the identity key signs for a certificate's SubjectPublicKeyInfo.
    static func signedBytes(keyInfo: some Sequence<UInt8>) -> [UInt8] { Array("libp2p-tls-handshake:".utf8) + keyInfo }
}

extension TLSSignedKey: DERImplicitlyTaggable {
    static var defaultIdentifier: ASN1Identifier { .sequence }

    init(derEncoded node: ASN1Node, withIdentifier identifier: ASN1Identifier) throws {
        self = try DER.sequence(node, identifier: identifier) { nodes in
            let key = try ASN1OctetString(derEncoded: &nodes)
            return TLSSignedKey(publicKey: Array(key.bytes), signature: Array(try ASN1OctetString(derEncoded: &nodes).bytes))
        }
    }

    func serialize(into coder: inout DER.Serializer, withIdentifier identifier: ASN1Identifier) throws {
        try coder.appendConstructedNode(identifier: identifier) { coder in
            try coder.serialize(ASN1OctetString(contentBytes: publicKey[...]))
            try coder.serialize(ASN1OctetString(contentBytes: signature[...]))
        }
    }
}
