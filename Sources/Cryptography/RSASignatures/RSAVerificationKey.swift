import Foundation
import Primitives

/// An RSA public key in OpenSSH's form that verifies PSS signatures with the longest salt. Hivemind makes keys of 2,048 bits with
/// the exponent 65,537; no others are taken, so that nobody is made to check more.
public struct RSAVerificationKey: Sendable, CustomStringConvertible {
    /// Bits of the modulus.
    public static let bitCount = 2048
    private static let byteCount = bitCount / 8
    /// The public exponent.
    public static let exponent: UInt32 = 65_537
    /// The longest text that is read: a key has about 380 characters, and a comment may follow.
    public static let maximumText = 1024
    private static let kind = "ssh-rsa"

    /// Words, least significant first.
    private let modulus: [UInt64]
    private let encoding: PSSEncoding
    /// The key as text: `ssh-rsa`, a space, and base64.
    public let text: String

    /// - Parameter modulus: most significant byte first.
    public init(modulus bytes: [UInt8], exponent: UInt32) throws(RSAKeyError) {
        let bytes = Array(bytes.drop { $0 == 0 })
        guard bytes.count == Self.byteCount, bytes[0] >= 0x80, bytes[bytes.count - 1] & 1 == 1,
            let encoding = PSSEncoding(modulusBits: Self.bitCount)
        else { throw .size }
        guard exponent == Self.exponent else { throw .exponent }
        (modulus, self.encoding) = (ModularPower.words(bytes), encoding)
        let numbers = [exponent.minimalBigEndianBytes, bytes].flatMap { Self.field(Self.positive($0)) }
        let blob = Self.field(Array(Self.kind.utf8)) + numbers
        text = Self.kind + " " + Data(blob).base64EncodedString()
    }

    /// Reads the text form (RFC 4253, 6.6); a comment after the key is passed over.
    public init(text: [UInt8]) throws(RSAKeyError) {
        let parts = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true)
        guard text.count <= Self.maximumText, parts.count >= 2, Array(parts[0]) == Array(Self.kind.utf8),
            let blob = Data(base64Encoded: Data(parts[1]))
        else { throw .notSSH }
        var rest = Array(blob)[...]
        guard let kind = Self.next(&rest), kind == Array(Self.kind.utf8), let exponent = Self.next(&rest), let modulus = Self.next(&rest),
            rest.isEmpty, Self.isPositive(exponent), Self.isPositive(modulus)
        else { throw .notSSH }
        guard let number = UInt32(bigEndianBytes: exponent.drop { $0 == 0 }) else { throw .exponent }
        try self.init(modulus: modulus, exponent: number)
    }

    public var description: String { text }

    /// Whether `signature` is this key's on `message` (RFC 8017, 8.1.2).
    public func verify(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == Self.byteCount, let encoded = power(signature) else { return false }
        return encoding.verify(message, encoded: encoded)
    }

    /// A signature to the power of the exponent; `nil` where it is not below the modulus (RFC 8017, 5.2.2).
    func power(_ signature: [UInt8]) -> [UInt8]? {
        let base = ModularPower.words(signature)
        guard base.count <= modulus.count else { return nil }
        if base.count == modulus.count, !base.reversed().lexicographicallyPrecedes(modulus.reversed()) { return nil }
        return ModularPower.bytes(ModularPower.power(base, Self.exponent.bigEndianBytes, modulus), count: Self.byteCount)
    }

    var pss: PSSEncoding { encoding }

    /// A byte string behind its length in four bytes.
    private static func field(_ bytes: [UInt8]) -> [UInt8] { UInt32(bytes.count).bigEndianBytes + bytes }

    /// An `mpint`: a leading zero where the first bit would say that the number is negative.
    private static func positive(_ bytes: [UInt8]) -> [UInt8] { bytes.first.map { $0 >= 0x80 } == true ? [0] + bytes : bytes }

    private static func isPositive(_ bytes: [UInt8]) -> Bool { bytes.first.map { $0 < 0x80 } == true }

    private static func next(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let length = rest.bigEndian(UInt32.self, at: 0), Int(length) <= rest.count - 4 else { return nil }
        defer { rest = rest.dropFirst(4 + Int(length)) }
        return Array(rest.dropFirst(4).prefix(Int(length)))
    }
}

/// Why a key is no RSA key of ours.
public enum RSAKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    case notSSH
    case size
    case exponent
    case notPrivateKey
    case signing

    public var description: String {
        switch self {
        case .notSSH: "the text is no RSA key in OpenSSH's form, 'ssh-rsa AAAA…'"
        case .size: "the RSA modulus is even, or has not \(RSAVerificationKey.bitCount) bits"
        case .exponent: "the RSA exponent is not \(RSAVerificationKey.exponent)"
        case .notPrivateKey: "the bytes are no RSA private key of at least 2048 bits in DER"
        case .signing: "the RSA key could not sign"
        }
    }
}
