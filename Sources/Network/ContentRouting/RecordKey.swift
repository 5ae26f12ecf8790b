/// What a record of the DHT stands under: bytes, and where one key has several values a second part that tells them
/// apart.
public struct RecordKey: Hashable, Sendable, CustomStringConvertible {
    /// Most bytes of both parts together.
    public static let maximumLength = 1024

    public let bytes: [UInt8]
    public let subkey: [UInt8]?

    public init(_ bytes: [UInt8], subkey: [UInt8]? = nil) {
        self.bytes = bytes
        self.subkey = subkey
    }

    /// A key that is text.
    public init(_ text: String) { self.init(Array(text.utf8)) }

    /// Text where the bytes are printable ASCII, hexadecimal otherwise; at most 80 characters of each part.
    public var description: String {
        subkey.map { "\(Self.shown(bytes))/\(Self.shown($0))" } ?? Self.shown(bytes)
    }

    private static func shown(_ part: [UInt8]) -> String {
        if part.allSatisfy({ (0x21...0x7e).contains($0) }) { return String(decoding: part.prefix(80), as: UTF8.self) }
        return part.prefix(40).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }
}
