import Crypto
import CryptoExtras
import Foundation
import Primitives

extension Keystore {
    /// `checksum` (EIP-2335): binds the password to the cipher text.
    static func checksum(derivedKey: [UInt8], cipherText: [UInt8]) -> Hash32 {
        Primitives.SHA256.hash(derivedKey[16..<32] + cipherText)
    }

    /// AES-128-CTR, its own inverse, under the first 16 bytes of the derived key.
    static func applyCipher(to text: [UInt8], derivedKey: [UInt8], iv: [UInt8]) throws(KeysError) -> [UInt8] {
        guard iv.count == 16 else { throw .invalidKeystore(field: "crypto.cipher.params.iv", problem: "has \(iv.count) bytes, needs 16") }
        do {
            return [UInt8](
                try AES._CTR.encrypt(text, using: SymmetricKey(data: derivedKey[..<16]), nonce: AES._CTR.Nonce(nonceBytes: iv)))
        } catch {
            throw .invalidKeystore(field: "crypto.cipher", problem: "cannot be applied: \(error)")
        }
    }
}

extension Keystore.KeyDerivationFunction {
    /// The most memory a keystore may make scrypt use: four times EIP-2335's own parameters.
    static let memoryLimit = 1 << 30
    /// The most PBKDF2 iterations a keystore may ask for: 64 times EIP-2335's own.
    static let iterationLimit = 1 << 24

    /// Derives `count` bytes from the password, refusing parameters that would exhaust the machine.
    func derive(password: String, count: Int) throws(KeysError) -> [UInt8] {
        try derive(passwordBytes: Self.normalize(password), count: count)
    }

    func derive(passwordBytes password: [UInt8], count: Int) throws(KeysError) -> [UInt8] {
        guard (32...1024).contains(count) else {
            throw .invalidKeystore(field: "crypto.kdf.params.dklen", problem: "is \(count), outside 32...1024")
        }
        do {
            switch self {
            case .scrypt(let n, let r, let p, let salt):
                guard n > 1, n & (n - 1) == 0, n <= 1 << 24, (1...64).contains(r), (1...16).contains(p), n * r * 128 <= Self.memoryLimit
                else { throw KeysError.invalidKeystore(field: "crypto.kdf.params", problem: "are out of bounds: n \(n), r \(r), p \(p)") }
                return try KDF.Scrypt.deriveKey(from: password, salt: salt, outputByteCount: count, rounds: n, blockSize: r, parallelism: p)
                    .withUnsafeBytes { [UInt8]($0) }
            case .pbkdf2(let c, let salt):
                guard (1...Self.iterationLimit).contains(c)
                else {
                    throw KeysError.invalidKeystore(field: "crypto.kdf.params.c", problem: "is \(c), outside 1...\(Self.iterationLimit)")
                }
                // The number of rounds is the file's; the caller chooses it when writing a keystore.
                return try KDF.Insecure.PBKDF2.deriveKey(
                    from: password, salt: salt, using: .sha256, outputByteCount: count, unsafeUncheckedRounds: c
                ).withUnsafeBytes { [UInt8]($0) }
            }
        } catch let error as KeysError {
            throw error
        } catch {
            throw .invalidKeystore(field: "crypto.kdf", problem: "cannot be computed: \(error)")
        }
    }

    /// EIP-2335 "Password requirements": NFKD, then without C0, C1 and Delete control codes, as UTF-8.
    static func normalize(_ password: String) -> [UInt8] {
        let scalars = password.decomposedStringWithCompatibilityMapping.unicodeScalars.filter { scalar in
            !(scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value))
        }
        return Array(String(String.UnicodeScalarView(scalars)).utf8)
    }
}
