import Crypto
public import Foundation
public import PeerIdentity
import SwiftASN1
import X509

/// The certificates of `/tls/1.0.0`: signed by themselves, and bound to a libp2p identity by an extension (libp2p specs, tls).
public struct TLSCertificate: Sendable {
    /// The largest certificate that is read: the identity may be an RSA key of 8,192 bits with its signature.
    public static let maximumSize = 16 * 1024

    /// The certificate, DER.
    public let bytes: [UInt8]
    /// Its own key, PEM: P-256, made for it alone.
    public let privateKey: String

    /// A certificate for `identity`, valid from an hour before `now`, so that peers' clocks may go after ours.
    public init(identity: any PeerSigner, now: Date) throws {
        let key = P256.Signing.PrivateKey()
        let own = Certificate.PrivateKey(key)
        let signed = TLSSignedKey(
            publicKey: identity.publicKeyMessage,
            signature: try identity.sign(TLSSignedKey.signedBytes(keyInfo: try own.publicKey.info)))
        var coder = DER.Serializer()
        try coder.serialize(signed)
        let identityExtension = Certificate.Extension(
            oid: TLSSignedKey.identifier, critical: false, value: coder.serializedBytes[...])
        let name = try DistinguishedName { OrganizationName("libp2p") }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: own.publicKey, notValidBefore: now - 3_600,
            notValidAfter: now + 100 * 365 * 86_400, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions([identityExtension]), issuerPrivateKey: own)
        coder = DER.Serializer()
        try coder.serialize(certificate)
        (bytes, privateKey) = (coder.serializedBytes, key.pemRepresentation)
    }

    /// Who the sender of `chain` is; that it holds the certificate's key, TLS itself has proved.
    ///
    /// - Parameters:
    ///   - chain: certificates, DER.
    ///   - expected: the peer that was dialled.
    public static func identity(of chain: [[UInt8]], expected: PeerID?, now: Date) throws(TLSIdentityError) -> RemotePublicKey {
        guard chain.count == 1, let bytes = chain.first else { throw .certificates(chain.count) }
        guard bytes.count <= maximumSize, let certificate = try? Certificate(derEncoded: bytes) else { throw .malformedCertificate }
        guard certificate.notValidBefore <= now, now <= certificate.notValidAfter else { throw .notValidNow }
        var found: ArraySlice<UInt8>?
        for each in certificate.extensions {
            if each.oid == TLSSignedKey.identifier {
                found = each.value
            } else if each.critical {
                throw .unknownCriticalExtension("\(each.oid)")
            }
        }
        guard certificate.publicKey.isValidSignature(certificate.signature, for: certificate) else { throw .badSelfSignature }
        guard let found else { throw .noIdentity }
        guard let signed = try? TLSSignedKey(derEncoded: Array(found)), let key = try? RemotePublicKey(message: signed.publicKey) else {
            throw .malformedIdentity
        }
        guard let info = try? certificate.publicKey.info,
            key.verify(signed.signature, of: TLSSignedKey.signedBytes(keyInfo: info))
        else { throw .badIdentitySignature }
        if let expected, key.peerID != expected { throw .wrongPeer(expected: "\(expected)", actual: "\(key.peerID)") }
        return key
    }
}

extension Certificate.PublicKey {
    /// The SubjectPublicKeyInfo, DER.
    fileprivate var info: [UInt8] {
        get throws {
            var coder = DER.Serializer()
            try coder.serialize(self)
            return coder.serializedBytes
        }
    }
}
