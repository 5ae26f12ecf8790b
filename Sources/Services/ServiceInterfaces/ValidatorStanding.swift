public import BeaconTypes

/// How a validator stands on the head's chain: what an operator watches.
public struct ValidatorStanding: Sendable, Hashable {
    /// A validator's life in Prysm's words; raw values are those of `ethereum.eth.v1alpha1.ValidatorStatus`.
    public enum Status: Int, Sendable {
        case unknown = 0, deposited, pending, active, exiting, slashing, exited
    }

    /// What a validator's vote of the previous epoch got right in time.
    public struct Votes: Sendable, Hashable {
        public var source: Bool
        public var target: Bool
        public var head: Bool

        public init(source: Bool, target: Bool, head: Bool) {
            self.source = source
            self.target = target
            self.head = head
        }
    }

    public var status: Status
    public var balance: Gwei
    /// Known to a node in the same process only.
    public var inactivityScore: UInt64?
    public var previousEpochVotes: Votes?

    public init(status: Status, balance: Gwei, inactivityScore: UInt64? = nil, previousEpochVotes: Votes? = nil) {
        self.status = status
        self.balance = balance
        self.inactivityScore = inactivityScore
        self.previousEpochVotes = previousEpochVotes
    }
}

/// Tells how validators stand.
public protocol ValidatorStandingReader: Sendable {
    /// By registry index; validators that are not in the registry are absent.
    func standings(of indices: [ValidatorIndex]) async throws -> [ValidatorIndex: ValidatorStanding]
}
