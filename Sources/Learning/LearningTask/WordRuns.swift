public import Primitives

/// The runs of eight words in a set of sentences, and shorter sentences whole: what two texts must not share.
///
/// A word is a run of ASCII letters and digits, in lower case. Runs are kept as the first 8 bytes of their SHA-256; two that collide would make texts
/// look alike that are not, never the reverse.
public struct WordRuns: Sendable {
    /// Words in a run.
    public static let length = 8

    private var hashes: Set<UInt64> = []

    public init(_ sentences: some Sequence<String>) {
        for sentence in sentences { insert(sentence) }
    }

    public mutating func insert(_ sentence: String) { hashes.formUnion(Self.runs(of: sentence)) }

    /// Whether a sentence has a run that is among these.
    public func shares(with sentence: String) -> Bool { Self.runs(of: sentence).contains { hashes.contains($0) } }

    private static func runs(of sentence: String) -> [UInt64] {
        let words = Array(sentence.utf8).split(whereSeparator: { !isWord($0) }).map { $0.map(lowercased) }
        guard !words.isEmpty else { return [] }
        guard words.count > length else { return [hash(words[...])] }
        return (0...words.count - length).map { hash(words[$0..<$0 + length]) }
    }

    private static func hash(_ words: ArraySlice<[UInt8]>) -> UInt64 {
        SHA256.hash(Array(words.joined(separator: [0x20]))).bigEndian(at: 0)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }
}
