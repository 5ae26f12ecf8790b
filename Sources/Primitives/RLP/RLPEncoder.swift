public import Primitives

/// Writes canonical RLP (Ethereum Yellow Paper, appendix B).
///
/// ```swift
/// let bytes = RLPEncoder.list { list in
///     list.append(UInt64(1024))
///     list.append(bytes: [0x64, 0x6f, 0x67])
/// }
/// ```
public struct RLPEncoder: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8]

    public init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// One list whose items `body` writes.
    public static func list(_ body: (inout RLPEncoder) -> Void) -> [UInt8] {
        var encoder = RLPEncoder()
        encoder.appendList(body)
        return encoder.bytes
    }

    /// A byte string.
    public mutating func append(bytes content: some Collection<UInt8>) {
        let count = content.count
        if count == 1, let byte = content.first, byte < 0x80 {
            bytes.append(byte)
            return
        }
        appendPrefix(count: count, short: 0x80, long: 0xb7)
        bytes.append(contentsOf: content)
    }

    /// An integer: big-endian without leading zeros, zero as the empty string.
    public mutating func append(_ value: UInt64) {
        append(bytes: value.minimalBigEndianBytes)
    }

    /// An integer: big-endian without leading zeros, zero as the empty string.
    public mutating func append(_ value: UInt256) { append(bytes: value.minimalBigEndianBytes) }

    public mutating func append(_ hash: Hash32) { hash.withUnsafeBytes { append(bytes: $0) } }
    public mutating func append(_ address: Address) { address.withUnsafeBytes { append(bytes: $0) } }
    public mutating func append<let count: Int>(_ value: FixedBytes<count>) { value.withUnsafeBytes { append(bytes: $0) } }

    /// An item that is RLP already.
    public mutating func append(encoded item: some Collection<UInt8>) { bytes.append(contentsOf: item) }

    /// A list whose items `body` writes.
    public mutating func appendList(_ body: (inout RLPEncoder) -> Void) {
        var items = RLPEncoder()
        body(&items)
        appendPrefix(count: items.bytes.count, short: 0xc0, long: 0xf7)
        bytes.append(contentsOf: items.bytes)
    }

    /// The prefix of `count` content bytes: `short + count` up to 55, else `long` + length of the length, length.
    private mutating func appendPrefix(count: Int, short: UInt8, long: UInt8) {
        if count <= 55 {
            bytes.append(short + UInt8(count))
            return
        }
        let length = count.minimalBigEndianBytes
        bytes.append(long + UInt8(length.count))
        bytes += length
    }
}
