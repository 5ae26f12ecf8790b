import AckQuorum
import BeaconTypes
public import Logging
public import ServiceInterfaces

/// Where the averager gets its ACK votes: from the validators of this process, and from those of validator clients in other
/// processes, which fetch what they are asked for and bring back their votes.
///
/// A validator client names its validators again each epoch; one that does so no more is asked no more. Every vote from
/// outside is verified before anybody sees it. Nothing here grows without a limit: subscribers are active validators,
/// requests and readers are counted.
public actor AckVoteService {
    /// Validators named, or votes brought, in one message.
    public static let listLimit = 2048

    /// What may wait at once.
    public struct Limits: Sendable {
        /// Requests without an answer: two for each member of the largest committee.
        public var requests = 4096
        /// Validator clients that wait for requests.
        public var readers = 64
        /// Requests handed out in one answer.
        public var answer = 256

        public init() {}
    }

    let local: any AckSigner
    let chain: any AckCommittees & BeaconChainReader
    var patience: Duration
    let limits: Limits
    let logger: Logger

    /// The first slot in which each validator of another process is no longer asked.
    var subscribers: [ValidatorIndex: Slot] = [:]
    /// Those that did not answer the last request: they are asked after the others.
    var silent: Set<ValidatorIndex> = []
    var waiting: [UInt64: WaitingVote] = [:]
    var lastID: UInt64 = 0
    var readers: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var readerCount: UInt64 = 0

    /// A request, what judging its answer takes, and who waits for it.
    struct WaitingVote {
        let request: AckRequest
        let context: AckContext
        let seat: Int
        let answer: CheckedContinuation<SignedUpdateAck, any Error>
        /// Ends the wait.
        let expiry: Task<Void, any Error>
    }

    /// - Parameters:
    ///   - local: signs with the keys of this process; they are asked first.
    ///   - chain: names committees, and who is an active validator.
    ///   - patience: how long a validator of another process has to answer.
    public init(
        local: any AckSigner, chain: any AckCommittees & BeaconChainReader, patience: Duration = .seconds(6),
        limits: Limits = Limits(), logger: Logger
    ) {
        self.local = local
        self.chain = chain
        self.patience = patience
        self.limits = limits
        self.logger = logger
    }

    /// Whether a validator client answers for `validator` now.
    func isSubscribed(_ validator: ValidatorIndex) -> Bool {
        subscribers[validator].map { (chain.clock.currentSlot ?? 0) < $0 } ?? false
    }

    /// Forgets validators whose client has not named them again.
    func forgetExpired() {
        let slot = chain.clock.currentSlot ?? 0
        let expired = subscribers.filter { $0.value <= slot }.keys
        guard !expired.isEmpty else { return }
        for validator in expired {
            subscribers[validator] = nil
            silent.remove(validator)
        }
        logger.notice("\(expired.count) validators of other processes are asked for ACK votes no more: their client is gone")
    }
}
