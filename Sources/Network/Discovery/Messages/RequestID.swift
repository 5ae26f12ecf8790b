import Primitives

/// What a request and its answers share: at most eight bytes, of the asker's choice.
public struct RequestID: Hashable, Sendable {
    public static let maximumSize = 8

    public let bytes: [UInt8]

    public init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maximumSize else { return nil }
        self.bytes = bytes
    }

    /// Eight bytes.
    public init(_ number: UInt64) { bytes = number.bigEndianBytes }
}
