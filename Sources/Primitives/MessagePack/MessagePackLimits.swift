/// How much a reader accepts from outside.
public struct MessagePackLimits: Hashable, Sendable {
    /// Bytes of the whole input.
    public var maximumSize: Int
    /// Arrays and maps within each other; a flat one has depth 1.
    public var maximumDepth: Int
    /// Values in all, keys of maps among them.
    public var maximumValues: Int

    /// 4 MiB, 32 levels and 65,536 values: above what peers have to say, below any harm.
    public static let standard = MessagePackLimits()

    public init(maximumSize: Int = 4 << 20, maximumDepth: Int = 32, maximumValues: Int = 65_536) {
        (self.maximumSize, self.maximumDepth, self.maximumValues) = (maximumSize, maximumDepth, maximumValues)
    }
}
