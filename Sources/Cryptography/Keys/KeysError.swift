/// Why a seed, a path or a keystore was refused. No case ever carries secret text.
public enum KeysError: Error, Equatable, Sendable, CustomStringConvertible {
    /// GENESIS_SEED of another length. Carries the number of characters.
    case genesisSeedLength(Int)
    /// GENESIS_SEED with a character that is no hexadecimal digit, at this position counted from 1.
    case genesisSeedCharacter(position: Int)
    /// A seed for EIP-2333 of fewer than 32 bytes.
    case seedTooShort(Int)
    /// A derivation path that EIP-2334 does not allow.
    case invalidPath(String)
    /// A keystore that is no JSON, or lacks a field, or has one of the wrong shape.
    case invalidKeystore(field: String, problem: String)
    /// A keystore that asks for a function this implementation does not have.
    case unsupported(field: String, value: String)
    /// The keystore's checksum does not fit: a wrong password or a damaged file.
    case wrongPassword
    /// The keystore decrypts to a key other than the one it names.
    case publicKeyMismatch(expected: String, actual: String)

    public var description: String {
        switch self {
        case .genesisSeedLength(let count):
            "GENESIS_SEED should be exactly 64 hexadecimal characters, got \(count); make one with: openssl rand -hex 32"
        case .genesisSeedCharacter(let position):
            "GENESIS_SEED should be exactly 64 hexadecimal characters, but character \(position) is not one of 0-9, a-f; "
                + "make a seed with: openssl rand -hex 32"
        case .seedTooShort(let count):
            "EIP-2333 needs a seed of at least 32 bytes, got \(count)"
        case .invalidPath(let text):
            "'\(text)' is not a key path; write m followed by numbers below 4294967296, such as m/12381/3600/0/0/0"
        case .invalidKeystore(let field, let problem):
            "the keystore is not valid: \(field) \(problem)"
        case .unsupported(let field, let value):
            "the keystore asks for \(field) '\(value)', which is not supported; "
                + "supported are scrypt and pbkdf2 (hmac-sha256), sha256, aes-128-ctr"
        case .wrongPassword:
            "the keystore's checksum does not fit: the password is wrong or the file is damaged"
        case .publicKeyMismatch(let expected, let actual):
            "the keystore says it holds \(expected) but decrypts to \(actual); restore the file from a backup"
        }
    }
}
