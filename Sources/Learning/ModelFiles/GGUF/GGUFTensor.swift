/// Where a tensor lies in a GGUF file.
public struct GGUFTensor: Sendable, Equatable {
    public let name: String
    /// Dimensions, outermost first (the file stores them innermost first).
    public let shape: [Int]
    public let type: GGMLType
    /// The bytes in the file.
    public let range: Range<Int>

    /// The number of values.
    public var count: Int { shape.reduce(1, *) }
}
