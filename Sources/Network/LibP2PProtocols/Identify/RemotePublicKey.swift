import Crypto
import CryptoExtras
import Foundation
public import Multiformats
public import PeerIdentity
import Primitives
public import Secp256k1

/// The public key of another peer, of any kind that this node verifies (libp2p specs, peer-ids).
public struct RemotePublicKey: Hashable, Sendable {
    /// The kinds by their number in the protobuf message.
    public enum Kind: UInt64, Sendable {
        case rsa = 0
        case ed25519 = 1
        case secp256k1 = 2
        case ecdsa = 3
    }

    /// The largest key that is read: an RSA key of 8,192 bits has about 1.1 kB.
    public static let maximumSize = 2048

    public let kind: Kind
    /// The kind's own form: PKIX DER for RSA and ECDSA, 32 bytes for Ed25519, 33 for secp256k1.
    public let data: [UInt8]

    /// Reads the protobuf form.
    public init(message: [UInt8]) throws(PeerIdentityError) {
        guard message.count <= Self.maximumSize else { throw .invalidKey }
        var reader = ProtobufReader(message)
        var (type, data): (UInt64?, [UInt8]?) = (nil, nil)
        do {
            while let field = try reader.next() {
                if field.number == 1 { type = field.varint }
                if field.number == 2 { data = field.bytes }
            }
        } catch { throw .invalidKey }
        guard let type, let data else { throw .invalidKey }
        guard let kind = Kind(rawValue: type) else { throw .unsupportedKeyType(type) }
        (self.kind, self.data) = (kind, data)
    }

    init(kind: Kind, data: [UInt8]) { (self.kind, self.data) = (kind, data) }

    public init(_ key: PeerPublicKey) { (kind, data) = (.ed25519, key.rawBytes) }

    public init(_ key: Secp256k1PublicKey) { (kind, data) = (.secp256k1, key.compressed) }

    /// The protobuf form, deterministic.
    public var message: [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(1, kind.rawValue)
        writer.bytes(2, data)
        return writer.bytes
    }

    public var peerID: PeerID { PeerID(Multihash(peerKey: message)) }

    /// The key where it is Ed25519, as signed envelopes carry it.
    public var ed25519: PeerPublicKey? { kind == .ed25519 ? try? PeerPublicKey(rawBytes: data) : nil }

    /// Whether `signature` is this key's on `message`.
    public func verify(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch kind {
        case .ed25519: return ed25519?.verify(signature, of: message) ?? false
        case .rsa:
            guard let key = try? _RSA.Signing.PublicKey(derRepresentation: data), (2048...8192).contains(key.keySizeInBits) else {
                return false
            }
            let digest = Crypto.SHA256.hash(data: message)
            return key.isValidSignature(.init(rawRepresentation: signature), for: digest, padding: .insecurePKCS1v1_5)
        case .ecdsa: return verifyECDSA(signature, of: message)
        case .secp256k1:
            guard data.count == 33, let key = try? Secp256k1PublicKey(data) else { return false }
            return key.verify(der: signature, of: Primitives.SHA256.hash(message))
        }
    }

    /// ECDSA over SHA-256, on whichever of NIST's curves the key names.
    private func verifyECDSA(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        let digest = Crypto.SHA256.hash(data: message)
        if let key = try? P256.Signing.PublicKey(derRepresentation: data) {
            return (try? P256.Signing.ECDSASignature(derRepresentation: signature)).map { key.isValidSignature($0, for: digest) } ?? false
        }
        if let key = try? P384.Signing.PublicKey(derRepresentation: data) {
            return (try? P384.Signing.ECDSASignature(derRepresentation: signature)).map { key.isValidSignature($0, for: digest) } ?? false
        }
        if let key = try? P521.Signing.PublicKey(derRepresentation: data) {
            return (try? P521.Signing.ECDSASignature(derRepresentation: signature)).map { key.isValidSignature($0, for: digest) } ?? false
        }
        return false
    }
}
