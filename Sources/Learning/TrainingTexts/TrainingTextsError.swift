public import Primitives

/// Why a text was refused. Lines are counted from 1.
public enum TrainingTextsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The dev texts have another number of lines.
    case wrongLineCount(expected: Int, actual: Int)
    /// A line of the dev texts holds nothing.
    case emptyLine(Int)
    /// A line of the dev texts is longer than allowed.
    case lineTooLong(Int, characters: Int, limit: Int)
    /// A control character, or in the dev texts any byte that is not printable ASCII.
    case unprintableByte(UInt8, line: Int)
    /// The dev texts do not end with a line feed.
    case missingFinalLineFeed
    /// The dev texts are well formed, but not the ones of the given root.
    case wrongRoot(expected: Hash32, actual: Hash32)
    /// A line of a corpus is not UTF-8.
    case invalidUTF8(line: Int)
    /// A corpus holds no line with text.
    case noText

    public var description: String {
        switch self {
        case .wrongLineCount(let expected, let actual):
            "the dev texts must have \(expected) lines, got \(actual); use the file that belongs to this chain"
        case .emptyLine(let line):
            "line \(line) of the dev texts is empty; use the file that belongs to this chain"
        case .lineTooLong(let line, let characters, let limit):
            "line \(line) of the dev texts has \(characters) characters, at most \(limit) are allowed"
        case .unprintableByte(let byte, let line):
            "line \(line) holds the byte \([byte].hex), which is not text; give a plain text file"
        case .missingFinalLineFeed:
            "the dev texts do not end with a line feed; the file is cut short"
        case .wrongRoot(let expected, let actual):
            "the dev texts have SHA-256 \(actual), this chain's are \(expected); use the file that belongs to this chain"
        case .invalidUTF8(let line):
            "line \(line) of the text is not UTF-8; convert the file to UTF-8"
        case .noText:
            "the text holds no line to train on; give a file with one sentence or passage per line"
        }
    }
}
