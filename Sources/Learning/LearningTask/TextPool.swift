public import Primitives

/// Sentences in normal form: what a chain trains on, is judged by, or must not forget.
///
/// The file is lines, each ended by one line feed, each 1…256 printable ASCII characters without blanks at its ends or two in a
/// row, no line twice, ascending by the SHA-256 of the line. So one set of sentences has one file, and the SHA-256
/// of its bytes names the set: nodes that hold the same root draw the same sentences.
public struct TextPool: Equatable, Sendable {
    /// The most characters a sentence may have.
    public static let maximumLength = 256
    /// The most sentences in a pool.
    public static let maximumCount = 1 << 20

    /// The sentences in file order.
    public let sentences: [String]
    /// SHA-256 of the file.
    public let root: Hash32

    /// Reads a pool from the bytes of its file.
    ///
    /// - Parameter root: the SHA-256 that it must have; `nil` takes any pool in normal form.
    /// - Throws: the first fault of the form, or `wrongRoot` where the form is right but the text is another.
    public init(bytes: [UInt8], root: Hash32? = nil) throws(LearningTaskError) {
        guard bytes.count <= Self.maximumCount * (Self.maximumLength + 1) else { throw .tooManySentences(limit: Self.maximumCount) }
        guard bytes.last == 0x0A else { throw .missingFinalLineFeed }
        let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumCount else { throw .tooManySentences(limit: Self.maximumCount) }
        var sentences: [String] = []
        sentences.reserveCapacity(lines.count)
        var last: Hash32?
        for (index, line) in lines.enumerated() {
            if let fault = SentenceFault(line) { throw .badSentence(fault, line: index + 1) }
            let hash = SHA256.hash(Array(line))
            if let last, !(last < hash) { throw .wrongOrder(line: index + 1) }
            last = hash
            sentences.append(String(decoding: line, as: UTF8.self))
        }
        let actual = SHA256.hash(bytes)
        if let root, root != actual { throw .wrongRoot(expected: root, actual: actual) }
        self.sentences = sentences
        self.root = actual
    }

    /// The pool of the given sentences, which must be in normal form each; the same sentence twice counts once.
    public init(_ sentences: some Sequence<String>) throws(LearningTaskError) {
        var seen: [(hash: Hash32, line: String)] = []
        for (index, sentence) in sentences.enumerated() {
            let bytes = Array(sentence.utf8)
            if let fault = SentenceFault(bytes[...]) { throw .badSentence(fault, line: index + 1) }
            seen.append((SHA256.hash(bytes), sentence))
        }
        guard !seen.isEmpty else { throw .noSentences }
        seen.sort { $0.hash < $1.hash }
        var unique: [String] = []
        var last: Hash32?
        for entry in seen where entry.hash != last {
            unique.append(entry.line)
            last = entry.hash
        }
        guard unique.count <= Self.maximumCount else { throw .tooManySentences(limit: Self.maximumCount) }
        self.sentences = unique
        root = SHA256.hash(Self.file(unique))
    }

    /// The bytes of the pool's file.
    public var bytes: [UInt8] { Self.file(sentences) }

    private static func file(_ sentences: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for sentence in sentences {
            bytes += Array(sentence.utf8)
            bytes.append(0x0A)
        }
        return bytes
    }
}
