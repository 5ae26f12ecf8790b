/// How much a decoder accepts from outside.
public struct RLPLimits: Hashable, Sendable {
    /// Bytes of the whole input.
    public var maximumSize: Int
    /// Lists within lists; a flat list has depth 1.
    public var maximumDepth: Int

    /// 16 MiB and 64 levels: above any block, below any harm.
    public static let standard = RLPLimits(maximumSize: 16 << 20, maximumDepth: 64)

    public init(maximumSize: Int, maximumDepth: Int) {
        self.maximumSize = maximumSize
        self.maximumDepth = maximumDepth
    }
}
