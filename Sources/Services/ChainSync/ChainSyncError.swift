/// Why synchronisation could not go on.
public enum ChainSyncError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Every source was given up.
    case noSource(String)
    /// A source has not what it is asked for.
    case incomplete(String)
    /// A source gives something else than what was asked for.
    case wrong(String)

    public var description: String {
        switch self {
        case .noSource(let why): "no node gives the chain's blocks: \(why)"
        case .incomplete(let what), .wrong(let what): what
        }
    }
}
