import BeaconTypes

/// Why the slasher did not take what it was shown.
public enum SlasherError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The input breaks a rule, or its signature does not verify.
    case invalid(String)
    /// The database holds something that this version did not write.
    case damaged(String)
    /// The beacon node does not have what judging the input takes.
    case unavailable(String)

    public var description: String {
        switch self {
        case .invalid(let reason): reason
        case .damaged(let what): "the slasher's database is damaged: \(what); remove it, it fills again"
        case .unavailable(let what): "the beacon node does not have \(what)"
        }
    }
}
