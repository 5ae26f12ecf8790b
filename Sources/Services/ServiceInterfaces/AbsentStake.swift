public import BeaconTypes
import Primitives

/// Which share of the active stake does not vote, and since when.
public struct AbsentStake: Sendable, Hashable {
    /// Absent validators that are listed.
    public static let listLimit = 64
    /// Those of them that a line of text names.
    private static let namedLimit = 8

    /// Effective balance that does not vote, in Gwei.
    public let absent: Gwei
    /// Effective balance of all active validators, in Gwei.
    public let active: Gwei
    public let absentValidators: Int
    public let activeValidators: Int
    /// The first of the absent, at most ``listLimit``, in ascending order.
    public let indices: [ValidatorIndex]
    /// The first epoch without a vote of the one that is away longest, as far as this node has seen; `nil` where nobody is away.
    public let since: Epoch?

    public init(
        absent: Gwei, active: Gwei, absentValidators: Int, activeValidators: Int, indices: [ValidatorIndex], since: Epoch?
    ) {
        self.absent = absent
        self.active = active
        self.absentValidators = absentValidators
        self.activeValidators = activeValidators
        self.indices = Array(indices.prefix(Self.listLimit))
        self.since = since
    }

    /// Of the active stake, 0 to 1.
    public var share: Double { active > 0 ? Double(absent) / Double(active) : 0 }
}

extension AbsentStake: CustomStringConvertible {
    public var description: String {
        guard let since else { return "all validators voted of late" }
        let percent = (share * 1000).rounded() / 10
        let named = indices.prefix(Self.namedLimit).map(String.init).joined(separator: ", ")
        let more = absentValidators > Self.namedLimit ? ", …" : ""
        return
            "\(percent) % of the stake does not vote: \(absentValidators) of \(activeValidators) validators (\(named)\(more)), "
            + "since epoch \(since)"
    }
}
