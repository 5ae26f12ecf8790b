public import Primitives

/// A stream of tokens, cut into windows of equal length.
public struct TrainingData: Sendable, Equatable {
    public let tokens: [Int32]

    public init(tokens: [Int32]) { self.tokens = tokens }

    /// Documents laid end to end, each followed by `separator` (the end-of-text token).
    public init(documents: some Sequence<[Int32]>, separator: Int32) {
        var tokens: [Int32] = []
        for document in documents where !document.isEmpty {
            tokens.append(contentsOf: document)
            tokens.append(separator)
        }
        self.tokens = tokens
    }

    /// SHA-256 over the tokens as little-endian 32-bit integers: names the data in an update's metadata.
    public var root: Hash32 {
        SHA256.hash(tokens.flatMap(\.littleEndianBytes))
    }

    /// Windows of `length + 1` tokens that start every `length` tokens.
    func windowCount(length: Int) -> Int { max(0, (tokens.count - 1) / length) }

    /// Window `index`: its first `length` tokens are the inputs, the following ones the targets.
    func window(_ index: Int, length: Int) -> ArraySlice<Int32> {
        tokens[index * length...(index + 1) * length]
    }
}
