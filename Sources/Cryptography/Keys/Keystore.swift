public import BLS
public import Primitives

/// A secret key encrypted by a password: EIP-2335, version 4.
public struct Keystore: Sendable, Equatable {
    /// How the password becomes a decryption key.
    public enum KeyDerivationFunction: Sendable, Equatable {
        /// scrypt (RFC 7914): `n` a power of two, `r` the block size, `p` the parallelism.
        case scrypt(n: Int, r: Int, p: Int, salt: [UInt8])
        /// PBKDF2 with HMAC-SHA-256 and `c` iterations (RFC 2898).
        case pbkdf2(c: Int, salt: [UInt8])
    }

    public var kdf: KeyDerivationFunction
    /// Bytes derived from the password; at least 32.
    public var derivedKeyLength: Int
    /// SHA-256 of the derived key's second 16 bytes and the cipher text.
    public var checksum: Hash32
    /// The initial counter block of AES-128-CTR, 16 bytes.
    public var iv: [UInt8]
    public var cipherText: [UInt8]
    public var description: String?
    /// The public key that the secret key has; `nil` when the file keeps it secret.
    public var publicKey: Bytes48?
    /// The EIP-2334 path of the key, or an empty text when it has none.
    public var path: String
    public var uuid: String

    /// Encrypts `key`. Randomness is the caller's: a fresh salt of 32 bytes inside `kdf`, a fresh `iv` of 16
    /// bytes and a random UUID for each keystore.
    ///
    /// - Throws: `KeysError.invalidKeystore` when the KDF parameters or the iv are unusable.
    public init(
        encrypting key: SecretKey, password: String, kdf: KeyDerivationFunction, iv: [UInt8], uuid: String,
        path: DerivationPath?, description: String? = nil
    ) throws(KeysError) {
        let derived = try kdf.derive(password: password, count: 32)
        self.kdf = kdf
        derivedKeyLength = 32
        self.iv = iv
        cipherText = try key.withSecretBytes { bytes throws(KeysError) in
            try Self.applyCipher(to: [UInt8](bytes), derivedKey: derived, iv: iv)
        }
        checksum = Self.checksum(derivedKey: derived, cipherText: cipherText)
        self.description = description
        publicKey = key.publicKey.bytes
        self.path = path?.description ?? ""
        self.uuid = uuid
    }

    /// Decrypts the key. Takes as long as the KDF is made to take, about a second.
    ///
    /// - Throws: `KeysError.wrongPassword`, `.publicKeyMismatch`, or `.invalidKeystore` for unusable parameters.
    public func decrypt(password: String) throws(KeysError) -> SecretKey {
        let derived = try kdf.derive(password: password, count: derivedKeyLength)
        guard Self.checksum(derivedKey: derived, cipherText: cipherText) == checksum else { throw .wrongPassword }
        var secret = try Self.applyCipher(to: cipherText, derivedKey: derived, iv: iv)
        defer { secret.withUnsafeMutableBytes { wipe($0) } }
        let key: SecretKey
        do {
            key = try SecretKey(bytes: secret)
        } catch {
            throw .invalidKeystore(field: "crypto.cipher.message", problem: "decrypts to no BLS secret key: \(error)")
        }
        if let publicKey, publicKey != key.publicKey.bytes {
            throw .publicKeyMismatch(expected: publicKey.hex, actual: key.publicKey.bytes.hex)
        }
        return key
    }
}
