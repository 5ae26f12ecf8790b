import Crypto
import CryptoExtras
import Foundation
public import Primitives
public import Secp256k1

/// The asymmetric encryption of RLPx handshakes: `R || iv || c || d` (devp2p, `rlpx.md`, "ECIES Encryption").
public enum ECIES {
    /// How many bytes longer than the message: a point, an initial counter, a tag.
    public static let overhead = 65 + 16 + 32

    /// The two keys of a shared secret: NIST SP 800-56's concatenation, one round of SHA-256.
    private static func keys(_ secret: Hash32) -> (cipher: SymmetricKey, mac: SymmetricKey) {
        let derived = Primitives.SHA256.hash([0, 0, 0, 1] + secret.bytes).bytes
        return (SymmetricKey(data: derived[..<16]), SymmetricKey(data: Primitives.SHA256.hash(Array(derived[16...])).bytes))
    }

    /// - Parameters:
    ///   - ephemeral: a key made for this message alone.
    ///   - iv: 16 random bytes.
    ///   - data: authenticated with the message, not part of it.
    public static func encrypt(
        _ message: [UInt8], to key: Secp256k1PublicKey, ephemeral: Secp256k1PrivateKey, iv: FixedBytes<16>, authenticating data: [UInt8]
    ) throws(RLPxError) -> [UInt8] {
        guard let secret = try? ephemeral.sharedX(with: key) else { throw .badKey }
        let (cipher, mac) = keys(secret)
        guard let nonce = try? AES._CTR.Nonce(nonceBytes: iv.bytes),
            let sealed = try? AES._CTR.encrypt(message, using: cipher, nonce: nonce)
        else { throw .badKey }
        let body = iv.bytes + sealed
        let tag = HMAC<Crypto.SHA256>.authenticationCode(for: body + data, using: mac)
        return [4] + ephemeral.publicKey.coordinates.bytes + body + tag
    }

    public static func decrypt(
        _ bytes: [UInt8], by key: Secp256k1PrivateKey, authenticating data: [UInt8]
    ) throws(RLPxError) -> [UInt8] {
        guard bytes.count > overhead, bytes[0] == 4 else { throw .notAuthentic }
        guard let point = try? Secp256k1PublicKey(Array(bytes[..<65])), let secret = try? key.sharedX(with: point) else { throw .badKey }
        let (cipher, mac) = keys(secret)
        let body = Array(bytes[65..<(bytes.count - 32)])
        guard HMAC<Crypto.SHA256>.isValidAuthenticationCode(bytes.suffix(32), authenticating: body + data, using: mac),
            let nonce = try? AES._CTR.Nonce(nonceBytes: body.prefix(16)),
            let message = try? AES._CTR.decrypt(body.dropFirst(16), using: cipher, nonce: nonce)
        else { throw .notAuthentic }
        return [UInt8](message)
    }
}
