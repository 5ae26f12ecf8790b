/// What a block source did wrong.
public enum SourceFault: Sendable, Hashable {
    /// No answer in time.
    case stalled
    /// No answer, or one that cannot be read.
    case failed
    /// The answer is no chain of blocks of the slots that were asked for.
    case malformed
    /// A block breaks a rule of the chain.
    case invalidBlock
    /// Blocks were left out, or others put in their place.
    case withheld
    /// Its chain is not the one that this node follows.
    case unrelatedChain

    /// What it costs; a source starts with ``SourceScore/start`` and is given up at zero.
    public var cost: Int {
        switch self {
        case .stalled, .failed: 10
        case .withheld: 25
        case .malformed: 50
        case .invalidBlock, .unrelatedChain: 100
        }
    }
}

/// How far a source is trusted to answer.
public enum SourceScore {
    public static let start = 100
    /// What a batch that was of use gives back.
    public static let reward = 5
}
