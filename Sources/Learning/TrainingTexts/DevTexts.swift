import LearningTask
public import Primitives

/// The sentences on which the loss gate measures every update (DEV_TEXTS).
///
/// The file is `count` lines, each ended by one line feed, each 1…`maximumLength` printable ASCII characters.
/// The SHA-256 of its bytes is the `dev_texts_root` of genesis: nodes that disagree about a single byte would
/// disagree about losses, so the loader takes no other bytes than those of the root it is given.
public struct DevTexts: Equatable, Sendable {
    /// How many sentences there are.
    public static let count = TaskPart.devCount

    /// The most characters a sentence may have.
    public static let maximumLength = 256

    /// SHA-256 of the file that comes with the software.
    ///
    /// Were the digits malformed, the root would be zero, which no file has.
    public static let root =
        (try? Hash32(hex: "a40be68da9419ecdd268db1bd04657cf156ed7640503fb2b768cf0c63e4fe778")) ?? .zero

    /// The sentences in file order, without their line feeds.
    public let sentences: [String]

    /// Reads the sentences from the bytes of their file.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - root: the SHA-256 it must have: the chain's `dev_texts_root`.
    /// - Throws: `wrongLineCount`, `emptyLine`, `lineTooLong`, `unprintableByte` or `missingFinalLineFeed` where
    ///   the form is wrong, `wrongRoot` where the form is right but the text is another.
    public init(bytes: [UInt8], root: Hash32 = DevTexts.root) throws(TrainingTextsError) {
        guard bytes.last == 0x0A else { throw .missingFinalLineFeed }
        let lines = bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count == Self.count else { throw .wrongLineCount(expected: Self.count, actual: lines.count) }
        var sentences: [String] = []
        sentences.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() {
            guard !line.isEmpty else { throw .emptyLine(index + 1) }
            guard line.count <= Self.maximumLength else {
                throw .lineTooLong(index + 1, characters: line.count, limit: Self.maximumLength)
            }
            if let byte = line.first(where: { !(0x20...0x7E).contains($0) }) {
                throw .unprintableByte(byte, line: index + 1)
            }
            sentences.append(String(decoding: line, as: UTF8.self))
        }
        let actual = SHA256.hash(bytes)
        guard actual == root else { throw .wrongRoot(expected: root, actual: actual) }
        self.sentences = sentences
    }
}
