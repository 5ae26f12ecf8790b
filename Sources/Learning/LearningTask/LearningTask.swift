/// A task: what trainers learn, and the texts that judge whether they did. Its parts share no sentence and no run of eight
/// words, so that a fall in loss on one of them says something about texts that nobody trained on.
public struct LearningTask: Equatable, Sendable {
    public let train: TextPool
    public let dev: TextPool
    public let pool: TextPool
    public let general: TextPool

    /// - Throws: `wrongCount` where a part has too few or too many sentences, `oneWord` where one that judges may have no loss,
    ///   `notDisjoint` with what two parts share.
    public init(train: TextPool, dev: TextPool, pool: TextPool, general: TextPool) throws(LearningTaskError) {
        self.train = train
        self.dev = dev
        self.pool = pool
        self.general = general
        for part in TaskPart.allCases where !part.count.contains(self[part].sentences.count) {
            throw .wrongCount(part, expected: part.count, actual: self[part].sentences.count)
        }
        for part in TaskPart.allCases where part != .train {
            if let sentence = self[part].sentences.first(where: { !Self.hasLoss($0) }) { throw .oneWord(part, sentence) }
        }
        var held: [(TaskPart, WordRuns)] = []
        for part in TaskPart.allCases {
            let runs = WordRuns(self[part].sentences)
            for (other, known) in held {
                if let shared = self[part].sentences.first(where: { known.shares(with: $0) }) {
                    throw .notDisjoint(other, part, shared: shared)
                }
            }
            held.append((part, runs))
        }
    }

    /// Whether a sentence has a loss with any tokeniser: of one word it may be one token, which predicts nothing.
    static func hasLoss(_ sentence: String) -> Bool { sentence.utf8.contains(0x20) }

    public subscript(part: TaskPart) -> TextPool {
        switch part {
        case .train: train
        case .dev: dev
        case .pool: pool
        case .general: general
        }
    }
}
