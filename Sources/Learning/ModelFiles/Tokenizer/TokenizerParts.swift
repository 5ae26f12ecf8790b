/// A tokenizer as its file describes it, before it is checked and indexed.
struct TokenizerParts {
    struct Added {
        let id: Int32
        let content: String
        /// A control token, left out of decoded text on request.
        let isSpecial: Bool
        /// Looked for after normalization.
        let isNormalized: Bool
    }

    var tokens: TokenTable
    /// Pairs of spellings in rank order: the UTF-8 of both sides and where the second begins.
    var merges: [(bytes: [UInt8], split: Int)] = []
    var addedTokens: [Added] = []
    var normalization = Tokenizer.Normalization.none
    var preTokenizer: PreTokenizer
    /// Whether a piece that is a token is taken whole, without merging up to it.
    var ignoresMerges = false
    var beginToken: Int32?
    var endToken: Int32?
    var unknownToken: Int32?
    var prefix: [Int32] = []
    var suffix: [Int32] = []

    /// Tokens of a vocabulary.
    static let maximumTokens = 1 << 22

    /// The merges by ids. Every result is longer than its sides, so merging always ends.
    func resolvedMerges() throws(ModelFileError) -> BytePairMerges {
        var result = BytePairMerges(capacity: merges.count)
        for (rank, merge) in merges.enumerated() {
            let ids = merge.bytes.withUnsafeBytes { bytes in
                (
                    tokens.id(of: UnsafeRawBufferPointer(rebasing: bytes[..<merge.split])),
                    tokens.id(of: UnsafeRawBufferPointer(rebasing: bytes[merge.split...])), tokens.id(of: bytes)
                )
            }
            guard let left = ids.0, let right = ids.1, let merged = ids.2 else {
                throw .malformed(
                    format: "tokenizer",
                    reason: "merge \(rank) (\(String(decoding: merge.bytes, as: UTF8.self))) is of tokens outside the vocabulary")
            }
            result.add(left: left, right: right, rank: rank, merged: merged)
        }
        return result
    }

    /// Splits a merge written as two spellings with one space between.
    static func splitMerge(_ bytes: UnsafeRawBufferPointer) -> (bytes: [UInt8], split: Int)? {
        guard let space = bytes.firstIndex(of: 0x20), space > 0, space + 1 < bytes.count,
            !bytes[(space + 1)...].contains(0x20)
        else { return nil }
        return ([UInt8](bytes[..<space]) + [UInt8](bytes[(space + 1)...]), space)
    }
}
