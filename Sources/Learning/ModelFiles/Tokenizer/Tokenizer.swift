/// A byte-level byte-pair tokenizer, read from a GGUF file's metadata or a `tokenizer.json`.
///
/// ```swift
/// let tokenizer = try Tokenizer(GGUFFile(path: "model.gguf"))
/// let ids = tokenizer.encode("Hello, world")
/// let text = tokenizer.decode(ids)  // "Hello, world"
/// ```
public struct Tokenizer: Sendable {
    /// What is done to text before it is cut.
    public enum Normalization: Sendable, Equatable {
        case none
        /// Unicode normalization form C.
        case nfc
    }

    /// One more than the highest token id.
    public var vocabularySize: Int { tokens.count }
    public let normalization: Normalization
    public let preTokenizer: PreTokenizer
    /// The token that begins a sequence, if the model has one.
    public let beginToken: Int32?
    /// The token that ends a sequence or a turn.
    public let endToken: Int32?
    /// Tokens put before and after an encoded text by default.
    public let prefix: [Int32]
    public let suffix: [Int32]

    /// The vocabulary, in the byte alphabet's characters.
    let tokens: TokenTable
    /// What each token stands for.
    private let decoded: TokenTable
    private let byteTokens: [Int32?]
    private let merges: BytePairMerges
    private let ignoresMerges: Bool
    private let unknownToken: Int32?
    /// Added tokens looked for in the text as it is, and those looked for after normalization.
    let rawTokens: AddedTokens
    let normalizedTokens: AddedTokens
    private let specialTokens: Set<Int32>

    init(_ parts: TokenizerParts) throws(ModelFileError) {
        normalization = parts.normalization
        preTokenizer = parts.preTokenizer
        ignoresMerges = parts.ignoresMerges
        tokens = parts.tokens
        let count = Int32(truncatingIfNeeded: tokens.count)
        for id in [parts.beginToken, parts.endToken, parts.unknownToken].compactMap({ $0 }) + parts.prefix + parts.suffix
        where id < 0 || id >= count {
            throw .malformed(format: "tokenizer", reason: "the special token \(id) is not in a vocabulary of \(count)")
        }
        beginToken = parts.beginToken
        endToken = parts.endToken
        unknownToken = parts.unknownToken
        prefix = parts.prefix
        suffix = parts.suffix
        merges = try parts.resolvedMerges()
        byteTokens = ByteAlphabet.encoded.map { parts.tokens.id(of: $0) }
        var (raw, normalized) = (AddedTokens(), AddedTokens())
        var special: Set<Int32> = []
        // Tokens that are found in normalized text also stand for it.
        var normalizedContents: [Int32: String] = [:]
        for added in parts.addedTokens {
            if added.isSpecial { special.insert(added.id) }
            if added.isNormalized {
                let content = parts.normalization.apply(added.content)
                normalized.add(content.utf8, id: added.id)
                normalizedContents[added.id] = content
            } else {
                raw.add(added.content.utf8, id: added.id)
            }
        }
        var decoded = TokenTable(capacity: 0)
        for id in 0..<count {
            let token = normalizedContents[id] ?? String(decoding: parts.tokens.bytes(of: id), as: UTF8.self)
            if let bytes = ByteAlphabet.decode(token) {
                decoded.appendUnindexed(bytes)
            } else {
                decoded.appendUnindexed(token.utf8)
            }
        }
        self.decoded = decoded
        (rawTokens, normalizedTokens, specialTokens) = (raw, normalized, special)
    }

    /// The ids of `text`.
    /// - Parameters:
    ///   - addingSpecialTokens: whether to put ``prefix`` before and ``suffix`` after it.
    ///   - parsingAddedTokens: whether text that spells a control token, such as `<|im_end|>`, becomes that token,
    ///     as it does in the reference implementation. Pass `false` for text of unknown origin.
    public func encode(_ text: String, addingSpecialTokens: Bool = true, parsingAddedTokens: Bool = true) -> [Int32] {
        var ids = addingSpecialTokens ? prefix : []
        var text = text
        text.withUTF8 { bytes in
            let parts =
                parsingAddedTokens && !rawTokens.isEmpty
                ? rawTokens.split(bytes, 0..<bytes.count) : [(0..<bytes.count, nil)]
            for part in parts {
                if let token = part.token {
                    ids.append(token)
                } else {
                    let slice = UnsafeBufferPointer(rebasing: bytes[part.range])
                    encodeNormalized(slice, parsingAddedTokens: parsingAddedTokens, into: &ids)
                }
            }
        }
        if addingSpecialTokens { ids += suffix }
        return ids
    }

    private func encodeNormalized(
        _ bytes: UnsafeBufferPointer<UInt8>, parsingAddedTokens: Bool, into ids: inout [Int32]
    ) {
        var text = normalization.apply(String(decoding: bytes, as: UTF8.self))
        text.withUTF8 { bytes in
            let parts =
                parsingAddedTokens && !normalizedTokens.isEmpty
                ? normalizedTokens.split(bytes, 0..<bytes.count) : [(0..<bytes.count, nil)]
            for part in parts {
                if let token = part.token {
                    ids.append(token)
                } else {
                    encodePlain(UnsafeBufferPointer(rebasing: bytes[part.range]), into: &ids)
                }
            }
        }
    }

    private func encodePlain(_ bytes: UnsafeBufferPointer<UInt8>, into ids: inout [Int32]) {
        let text = String(decoding: bytes, as: UTF8.self)
        var symbols: [Int32] = []
        var spelled: [UInt8] = []
        for piece in preTokenizer.pieces(of: text.unicodeScalars) {
            if ignoresMerges {
                spelled.removeAll(keepingCapacity: true)
                for byte in bytes[piece] { spelled += ByteAlphabet.encoded[Int(byte)] }
                if let id = tokens.id(of: spelled) {
                    ids.append(id)
                    continue
                }
            }
            symbols.removeAll(keepingCapacity: true)
            for byte in bytes[piece] {
                // A byte outside the vocabulary is the unknown token, or nothing, as in the reference.
                if let id = byteTokens[Int(byte)] ?? unknownToken { symbols.append(id) }
            }
            merges.apply(to: &symbols)
            ids += symbols
        }
    }

    /// The text of `ids`; bytes that are no UTF-8 become U+FFFD, ids outside the vocabulary nothing.
    public func decode(_ ids: some Sequence<Int32>, skippingSpecialTokens: Bool = false) -> String {
        var bytes: [UInt8] = []
        for id in ids where !(skippingSpecialTokens && specialTokens.contains(id)) { bytes += self.bytes(of: id) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes a token stands for: often no whole characters. Empty for an id outside the vocabulary.
    public func bytes(of id: Int32) -> ArraySlice<UInt8> {
        id >= 0 && id < decoded.count ? decoded.bytes(of: id) : []
    }

    /// Whether a token is a control token, which stands for no text.
    public func isSpecial(_ id: Int32) -> Bool { specialTokens.contains(id) }

    /// The spelling of a token in the vocabulary; `nil` for an id outside it.
    public func spelling(of id: Int32) -> String? {
        id >= 0 && id < tokens.count ? String(decoding: tokens.bytes(of: id), as: UTF8.self) : nil
    }

    /// The id of an added or ordinary token by its spelling in the vocabulary, such as `<|im_end|>`.
    public func id(of token: String) -> Int32? { tokens.id(of: Array(token.utf8)) }
}
