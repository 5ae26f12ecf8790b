import Primitives

/// EMSA-PSS with SHA-256, MGF1 with SHA-256 and the longest salt that the modulus has room for (RFC 8017, 9.1): what
/// Python's `cryptography` calls `PSS.MAX_LENGTH`. swift-crypto's PSS has salts of the hash's length only.
struct PSSEncoding: Sendable {
    static let hashLength = 32
    let byteCount: Int
    /// Bits of the first byte that are always zero.
    private let unusedBits: Int

    /// `nil` for a modulus too short for an empty salt.
    init?(modulusBits: Int) {
        byteCount = (modulusBits + 6) / 8
        unusedBits = 8 * byteCount - (modulusBits - 1)
        guard byteCount >= Self.hashLength + 2 else { return nil }
    }

    var saltLength: Int { byteCount - Self.hashLength - 2 }

    /// - Parameter salt: `saltLength` bytes.
    func encode(_ message: [UInt8], salt: [UInt8]) -> [UInt8] {
        let hash = Self.hash(message, salt)
        var block = zip([1] + salt, Self.mask(hash, count: saltLength + 1)).map { $0 ^ $1 }
        block[0] &= 0xff >> UInt8(unusedBits)
        return block + hash + [0xbc]
    }

    /// Whether `encoded` says that `message` was signed.
    func verify(_ message: [UInt8], encoded: [UInt8]) -> Bool {
        guard encoded.count == byteCount, encoded.last == 0xbc, encoded[0] & ~(0xff >> UInt8(unusedBits)) == 0 else { return false }
        let hash = Array(encoded[(saltLength + 1)..<(byteCount - 1)])
        var block = zip(encoded, Self.mask(hash, count: saltLength + 1)).map { $0 ^ $1 }
        block[0] &= 0xff >> UInt8(unusedBits)
        guard block[0] == 1 else { return false }
        return Self.hash(message, Array(block.dropFirst())) == hash
    }

    private static func hash(_ message: [UInt8], _ salt: [UInt8]) -> [UInt8] {
        SHA256.hash([UInt8](repeating: 0, count: 8) + SHA256.hash(message).bytes + salt).bytes
    }

    private static func mask(_ seed: [UInt8], count: Int) -> [UInt8] {
        var mask: [UInt8] = []
        var counter: UInt32 = 0
        while mask.count < count {
            mask += SHA256.hash(seed + counter.bigEndianBytes).bytes
            counter += 1
        }
        return Array(mask.prefix(count))
    }
}
