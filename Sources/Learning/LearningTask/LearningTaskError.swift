public import Primitives

/// Why texts make no task. Lines are counted from 1.
public enum LearningTaskError: Error, Equatable, Sendable, CustomStringConvertible {
    case badSentence(SentenceFault, line: Int)
    /// A line that is there twice, or is not in ascending order of hashes.
    case wrongOrder(line: Int)
    case missingFinalLineFeed
    case noSentences
    case tooManySentences(limit: Int)
    case wrongRoot(expected: Hash32, actual: Hash32)
    /// A part of the task has another number of sentences than its rule wants.
    case wrongCount(TaskPart, expected: ClosedRange<Int>, actual: Int)
    /// A sentence that judges is one word.
    case oneWord(TaskPart, String)
    /// Two parts share a sentence or a run of eight words.
    case notDisjoint(TaskPart, TaskPart, shared: String)

    public var description: String {
        switch self {
        case .badSentence(let fault, let line): "line \(line) is no sentence in normal form: \(fault)"
        case .wrongOrder(let line):
            "line \(line) stands twice or out of order; lines ascend by their SHA-256: let 'polai task make' write the file"
        case .missingFinalLineFeed: "the text does not end with a line feed; the file is cut short"
        case .noSentences: "there is no sentence in it"
        case .tooManySentences(let limit): "there are more than \(limit) sentences in it"
        case .wrongRoot(let expected, let actual):
            "the text has SHA-256 \(actual), this chain's is \(expected); use the file that belongs to this chain"
        case .wrongCount(let part, let expected, let actual):
            "\(part.rawValue) has \(actual) sentences; it needs "
                + (expected.lowerBound == expected.upperBound
                    ? "exactly \(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)")
        case .oneWord(let part, let sentence):
            "\(part.rawValue) has '\(sentence)', which is one word; as one token it would predict nothing, so leave it out"
        case .notDisjoint(let one, let other, let shared):
            "\(one.rawValue) and \(other.rawValue) share '\(shared)'; a text that is trained on must not judge"
        }
    }
}
