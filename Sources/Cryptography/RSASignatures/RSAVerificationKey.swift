import Foundation
import Primitives

/// An RSA public key in OpenSSH's form that verifies PSS signatures with the longest salt, as Hivemind makes them.
public struct RSAVerificationKey: Sendable, CustomStringConvertible {
    /// Bits of the modulus that are taken.
    public static let sizes = 1024...4096
    /// The longest text that is read: a key of 4,096 bits has about 720 characters.
    public static let maximumText = 1024
    private static let kind = "ssh-rsa"

    private let modulus: OddModulus
    private let exponent: UInt32
    private let encoding: PSSEncoding
    /// The key as text: `ssh-rsa`, a space, and base64.
    public let text: String

    /// - Parameter modulus: most significant byte first.
    public init(modulus bytes: [UInt8], exponent: UInt32) throws(RSAKeyError) {
        let bytes = Array(bytes.drop { $0 == 0 })
        guard bytes.count <= Self.sizes.upperBound / 8, let modulus = OddModulus(bytes: bytes), Self.sizes.contains(modulus.bitCount),
            let encoding = PSSEncoding(modulusBits: modulus.bitCount)
        else { throw .size }
        guard exponent >= 3, exponent & 1 == 1 else { throw .exponent }
        (self.modulus, self.exponent, self.encoding) = (modulus, exponent, encoding)
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
        guard signature.count == modulus.byteCount, let encoded = modulus.power(signature, exponent) else { return false }
        // One bit more than whole bytes: the representative has a byte that the encoding has not.
        guard encoded.dropLast(encoding.byteCount).allSatisfy({ $0 == 0 }) else { return false }
        return encoding.verify(message, encoded: Array(encoded.suffix(encoding.byteCount)))
    }

    var pss: PSSEncoding { encoding }
    var signatureLength: Int { modulus.byteCount }

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
        case .size:
            "the RSA modulus is even, or has not \(RSAVerificationKey.sizes.lowerBound) to \(RSAVerificationKey.sizes.upperBound) bits"
        case .exponent: "the RSA exponent is even, below 3, or has more than 32 bits"
        case .notPrivateKey: "the bytes are no RSA private key of at least 2048 bits in DER"
        case .signing: "the RSA key could not sign"
        }
    }
}
