/// Why synchronisation could not go on.
public enum ChainSyncError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Every source was given up.
    case noSource(String)
    /// A source has no block that its own finality names.
    case incomplete(String)

    public var description: String {
        switch self {
        case .noSource(let why): "no node gives the chain's blocks: \(why)"
        case .incomplete(let what): what
        }
    }
}
