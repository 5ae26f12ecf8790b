import HivemindAveraging

/// Why a round of averaging did not come about. What one peer of a group does wrong ends no round.
public enum RoundError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody looked for a group in time.
    case nobody
    /// Whoever was asked said no; the last answer.
    case refused(String)
    /// The group that the leader names is none: what is wrong with it.
    case group(String)
    /// The own tensor of this number has a number that is infinite or none.
    case notFinite(tensor: Int)

    public var description: String {
        switch self {
        case .nobody: "nobody looks for a group to average in"
        case .refused(let answer): "no leader took this node in; the last one answered \(answer)"
        case .group(let what): "the leader's group: \(what)"
        case .notFinite(let tensor): "tensor \(tensor) has numbers that are infinite or none; a round averages finite ones only"
        }
    }
}
