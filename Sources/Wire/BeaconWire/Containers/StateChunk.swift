import Primitives

/// A piece of a state's SSZ as it travels: the length of the whole (8 bytes, little-endian), then the piece. All pieces but the last
/// are of one length.
public struct StateChunk: Hashable, Sendable {
    static let headerSize = 8
    /// Bytes of a piece.
    public static let maximumPart = 1 << 17
    /// Bytes of a whole state that is given or taken: room for half a million validators.
    public static let maximumState = 128 << 20
    static let maximumChunks = maximumState / maximumPart

    /// Bytes of the whole state.
    public let total: Int
    public let part: [UInt8]

    /// The chunks of a state of so many bytes.
    public static func count(total: Int) -> Int { (total + maximumPart - 1) / maximumPart }

    /// The chunk with this index; `nil` where the state has fewer, or is longer than any that is given.
    public init?(_ index: Int, of state: [UInt8]) {
        guard state.count <= Self.maximumState, index >= 0, index < Self.count(total: state.count) else { return nil }
        total = state.count
        part = Array(state[index * Self.maximumPart..<min((index + 1) * Self.maximumPart, state.count)])
    }

    public var encoded: [UInt8] { UInt64(total).littleEndianBytes + part }

    /// Reads a chunk.
    ///
    /// - Parameter index: which one it is said to be: its length follows from that.
    public init(decoding bytes: [UInt8], index: Int) throws(BeaconWireError) {
        guard bytes.count > Self.headerSize, let length = UInt64(littleEndianBytes: Array(bytes.prefix(Self.headerSize))) else {
            throw .truncated
        }
        guard length >= 1, length <= UInt64(Self.maximumState) else { throw .length(length, allowed: 1...Self.maximumState) }
        let (whole, size) = (Int(length), bytes.count - Self.headerSize)
        let expected = min(Self.maximumPart, whole - min(whole, index * Self.maximumPart))
        guard expected > 0, size == expected else { throw .length(UInt64(size), allowed: expected...expected) }
        total = whole
        part = Array(bytes.dropFirst(Self.headerSize))
    }
}
