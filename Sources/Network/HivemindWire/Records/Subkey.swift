public import MessagePack

/// The key of one entry of a dictionary in the DHT: any MessagePack value that Python could hash. Two are the same where
/// their bytes are, in the form in which they are written here.
public struct Subkey: Hashable, Sendable, CustomStringConvertible {
    /// The longest that is read: an owner's key in it has about 400 bytes.
    public static let maximumSize = 2048
    private static let maximumDepth = 8
    private static let limits = MessagePackLimits(maximumSize: maximumSize, maximumDepth: maximumDepth, maximumValues: 256)

    /// MessagePack in its shortest form.
    public let bytes: [UInt8]

    public init(_ value: MessagePackValue) throws(HivemindError) {
        guard Self.isHashable(value, depth: 0) else { throw .unhashableSubkey }
        bytes = value.bytes
        guard bytes.count <= Self.maximumSize else { throw .subkeyTooLong(limit: Self.maximumSize) }
    }

    public init(_ text: String) throws(HivemindError) { try self.init(.text(text)) }

    /// Reads what stands in a request.
    public init(bytes: [UInt8]) throws(HivemindError) {
        guard bytes.count <= Self.maximumSize else { throw .subkeyTooLong(limit: Self.maximumSize) }
        let value: MessagePackValue
        do { value = try MessagePackValue(bytes: bytes, limits: Self.limits) } catch { throw .messagePack(error) }
        try self.init(value)
    }

    public var value: MessagePackValue { (try? MessagePackValue(bytes: bytes)) ?? .null }

    public var description: String { value.text ?? "\(value)" }

    private static func isHashable(_ value: MessagePackValue, depth: Int) -> Bool {
        switch value {
        // None stands for "no subkey".
        case .null: return depth > 0
        case .bool, .integer, .unsigned, .float, .text, .binary: return true
        case .array, .map: return false
        case .extended(MessagePackValue.tupleType, let data):
            guard depth < maximumDepth, let inner = try? MessagePackValue(bytes: data, limits: limits), let elements = inner.array else {
                return false
            }
            return elements.allSatisfy { isHashable($0, depth: depth + 1) }
        // Types that Hivemind does not know stay bytes there.
        case .extended(let type, _): return type != MessagePackValue.dictionaryType
        }
    }
}
