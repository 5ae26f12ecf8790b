public import BeaconTypes

/// An ACK vote that a node asks of a validator whose key another process holds.
public struct AckRequest: Sendable, Hashable {
    /// Counts the requests of one run of the node, from 1.
    public let id: UInt64
    public let validator: ValidatorIndex
    /// What the validator would sign: the losses' root in it is for its client alone.
    public let statement: AckStatement

    public init(id: UInt64, validator: ValidatorIndex, statement: AckStatement) {
        self.id = id
        self.validator = validator
        self.statement = statement
    }
}

/// Where a node asks the validators of other processes for ACK votes, and where they answer; in process or over REST.
public protocol AckRequestService: Sendable {
    /// Names active validators that will answer requests until the end of the next epoch.
    ///
    /// - Throws: `SubmissionRefused` naming those that were not taken; the others were.
    func subscribe(_ validators: [ValidatorIndex]) async throws
    /// The requests after the one with the given id, oldest first. Where there is none, waits for one.
    ///
    /// - Parameters:
    ///   - id: the last request seen; 0 for none. One that this run of the node has not reached yet counts as 0.
    ///   - patience: how long to wait at most.
    func requests(after id: UInt64, patience: Duration) async throws -> [AckRequest]
    /// Answers requests.
    ///
    /// - Throws: `SubmissionRefused` naming the votes that nobody waits for or whose signatures are wrong; the others were taken.
    func submit(_ votes: [SignedUpdateAck]) async throws
}
