/// A tensor as its file holds it: for engines that convert weights while they compute.
public struct EncodedTensor: Sendable {
    /// How the values are encoded; each row is a whole number of blocks.
    public let type: GGMLType
    /// Dimensions, outermost first, of the tensor as ``ModelWeights/tensor(_:)`` gives it.
    public let shape: [Int]
    /// Where the bytes are: `range` of `file`, row after row.
    public let file: FileBytes
    public let range: Range<Int>
    /// Half a head's rows where the file interleaves the two halves of each head (row 2r of a head in the file is row
    /// r of the tensor, row 2r + 1 is row half + r), otherwise 0.
    public let interleavedHalf: Int

    /// A view of `range` of `file`, whose length must be what `type` and `shape` need.
    public init(type: GGMLType, shape: [Int], file: FileBytes, range: Range<Int>, interleavedHalf: Int = 0) {
        precondition(
            range.count == (shape.last ?? 1) / type.blockLength * type.blockSize * shape.dropLast().reduce(1, *)
                && range.upperBound <= file.count, "the bytes do not fill the tensor")
        self.type = type
        self.shape = shape
        self.file = file
        self.range = range
        self.interleavedHalf = interleavedHalf
    }
}
