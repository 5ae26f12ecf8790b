/// Divides the sentences of one source into what is learned and what judges.
///
/// Which part a sentence goes to follows from its hash, so the same source gives the same task everywhere. The judging parts are
/// filled first, without sentences of one word; of the rest, what shares a run of eight words with them is left out.
public struct TaskSplit: Sendable {
    /// Sentences of the pool; the rest is for training.
    public var poolCount = 8192

    public init() {}

    /// - Parameters:
    ///   - task: text of the task, in any order and form; lines without a normal form are left out.
    ///   - general: text that must not get worse.
    /// - Throws: what is missing, as `wrongCount`.
    public func task(of task: some Sequence<String>, general: some Sequence<String>) throws(LearningTaskError) -> LearningTask {
        let source = try TextPool(task.compactMap { SentenceNormalizer.normalForm($0) })
        let general = try TextPool(general.compactMap { SentenceNormalizer.normalForm($0) }.filter(LearningTask.hasLoss))
        let taken = WordRuns(general.sentences)
        let usable = source.sentences.filter { !taken.shares(with: $0) }
        var dev = Part(limit: TaskPart.dev.count.upperBound)
        var pool = Part(limit: poolCount)
        var train: [String] = []
        for sentence in usable {
            let judges = LearningTask.hasLoss(sentence)
            if judges, !dev.isFull, !pool.runs.shares(with: sentence) {
                dev.add(sentence)
            } else if judges, !pool.isFull, !dev.runs.shares(with: sentence) {
                pool.add(sentence)
            } else if !dev.runs.shares(with: sentence), !pool.runs.shares(with: sentence) {
                train.append(sentence)
            }
        }
        return try LearningTask(train: TextPool(train), dev: TextPool(dev.sentences), pool: TextPool(pool.sentences), general: general)
    }

    private struct Part {
        let limit: Int
        var sentences: [String] = []
        var runs = WordRuns([String]())

        init(limit: Int) { self.limit = limit }

        var isFull: Bool { sentences.count >= limit }

        mutating func add(_ sentence: String) {
            sentences.append(sentence)
            runs.insert(sentence)
        }
    }
}
