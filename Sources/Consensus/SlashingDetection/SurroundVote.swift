public import BeaconTypes

/// How a new vote stands to an earlier one of the same validator that it makes slashable.
public enum SurroundVote: Hashable, Sendable {
    /// The new vote surrounds the earlier one, whose target is given.
    case surrounds(target: Epoch)
    /// The new vote is surrounded by the earlier one, whose target is given.
    case surrounded(target: Epoch)

    /// The target of the earlier vote, by which it is found: a validator has at most one recorded vote for a target.
    public var earlierTarget: Epoch {
        switch self {
        case .surrounds(let target), .surrounded(let target): target
        }
    }
}
