/// Why synchronisation could not go on.
public enum ChainSyncError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Every source was given up.
    case noSource(String)
    /// Every source was given up, and what they gave follows nothing that is here.
    case unrelated(String)
    /// What came cannot be taken here at this time, and the sources are not to blame.
    case cannotImport(String)
    /// A source has not what it is asked for.
    case incomplete(String)
    /// A source gives something else than what was asked for.
    case wrong(String)

    public var description: String {
        switch self {
        case .noSource(let why): "no node gives the chain's blocks: \(why)"
        case .unrelated(let why): "the blocks that nodes give follow nothing that is here: \(why)"
        case .cannotImport(let why): "blocks cannot be taken now: \(why)"
        case .incomplete(let what), .wrong(let what): what
        }
    }
}
