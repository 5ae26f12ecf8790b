import Crypto
import CryptoExtras
import Foundation
import Primitives

/// An RSA private key that signs with PSS and the longest salt. Its description shows the public key only.
public struct RSASigningKey: Sendable, CustomStringConvertible {
    /// Signs what is encoded already: the one operation of swift-crypto that leaves the padding to the caller.
    private let key: _RSA.BlindSigning.PrivateKey<SHA384>
    public let publicKey: RSAVerificationKey

    /// A new key of 2,048 bits, the size that Hivemind takes.
    public init() throws(RSAKeyError) {
        guard let key = try? _RSA.BlindSigning.PrivateKey(keySize: .bits2048) else { throw .notPrivateKey }
        try self.init(key)
    }

    /// Reads PKCS #8 or PKCS #1.
    public init(der: [UInt8]) throws(RSAKeyError) {
        guard let key = try? _RSA.BlindSigning.PrivateKey(derRepresentation: Data(der)) else { throw .notPrivateKey }
        try self.init(key)
    }

    private init(_ key: _RSA.BlindSigning.PrivateKey<SHA384>) throws(RSAKeyError) {
        guard let numbers = try? _RSA.Signing.PrivateKey(derRepresentation: key.derRepresentation).publicKey.getKeyPrimitives(),
            let exponent = UInt32(bigEndianBytes: numbers.publicExponent)
        else { throw .notPrivateKey }
        self.key = key
        publicKey = try RSAVerificationKey(modulus: Array(numbers.modulus), exponent: exponent)
    }

    /// The key in DER (PKCS #1). A secret.
    public var der: [UInt8] { Array(key.derRepresentation) }

    public var description: String { "RSASigningKey(\(publicKey))" }

    /// A signature on `message` with a salt of the system's randomness.
    public func sign(_ message: [UInt8]) throws(RSAKeyError) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<publicKey.pss.saltLength).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let encoded = publicKey.pss.encode(message, salt: salt)
        guard let signature = try? key.blindSignature(for: Data(encoded)) else { throw .signing }
        return Array(signature.rawRepresentation)
    }
}
