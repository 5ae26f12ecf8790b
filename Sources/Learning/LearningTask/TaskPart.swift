/// The parts of a learning task.
public enum TaskPart: String, Sendable, CaseIterable {
    /// What trainers learn from.
    case train
    /// The 512 sentences on which every update must lower the loss.
    case dev
    /// Sentences of the task from which a slice is drawn for each candidate, after it is announced.
    case pool
    /// General text that must not get worse.
    case general

    /// How many sentences of the task judge every update.
    public static let devCount = 512

    /// How many sentences the part may have.
    public var count: ClosedRange<Int> {
        switch self {
        case .train: 512...TextPool.maximumCount
        case .dev: Self.devCount...Self.devCount
        case .pool: 4096...TextPool.maximumCount
        case .general: 5000...TextPool.maximumCount
        }
    }
}
