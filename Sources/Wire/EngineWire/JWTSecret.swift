import Crypto
public import Primitives

/// The secret that both layers hold: 32 bytes, in a file of 64 hexadecimal digits (Engine API, authentication).
///
/// It is never part of a description, so that it reaches no log.
public struct JWTSecret: Sendable, CustomStringConvertible {
    /// Why a secret was refused. The words do not quote it.
    public enum SecretError: Error, Hashable, Sendable, CustomStringConvertible {
        case notHexadecimal
        case wrongLength(Int)

        public var description: String {
            switch self {
            case .notHexadecimal: "a JWT secret is 64 hexadecimal digits; this is something else"
            case .wrongLength(let count): "a JWT secret has 32 bytes; this has \(count)"
            }
        }
    }

    let key: SymmetricKey
    /// As the file has it.
    public let hex: String

    /// - Parameter text: digits with or without `0x`, and with space around them.
    public init(_ text: String) throws(SecretError) {
        let digits = text.filter { !$0.isWhitespace }
        let bytes: [UInt8]
        do {
            bytes = try [UInt8](hex: digits)
        } catch {
            throw .notHexadecimal
        }
        guard bytes.count == 32 else { throw .wrongLength(bytes.count) }
        self.init(bytes: bytes)
    }

    /// A new one.
    public static func random() -> JWTSecret {
        JWTSecret(bytes: SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) })
    }

    private init(bytes: [UInt8]) {
        key = SymmetricKey(data: bytes)
        hex = bytes.bareHex
    }

    public var description: String { "JWT secret" }
}
