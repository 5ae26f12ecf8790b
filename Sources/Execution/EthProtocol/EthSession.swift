import ExecutionChain
public import NodeRecords
public import Primitives

/// The state of `eth` on one connection: the statuses come first, answers only to questions, within a budget. Pure: times are
/// milliseconds of a clock that only goes forward.
public struct EthSession: Sendable {
    /// What a peer may do.
    public struct Limits: Sendable, Hashable {
        /// Questions of this node's that are open at once.
        public var questions = 16
        /// Milliseconds for which an answer is waited for.
        public var timeout: UInt64 = 10_000
        /// Messages a second that cost work here, and at once.
        public var messagesPerSecond = 50.0
        public var messageBurst = 500.0
        /// Bytes a second, and at once.
        public var bytesPerSecond = 4_000_000.0
        public var byteBurst = 40_000_000.0
        /// Hashes of transactions and blocks that the peer is known to know.
        public var knownHashes = 32_768

        public init() {}
    }

    private struct Question: Sendable {
        let answer: UInt64
        let deadline: UInt64
        /// The transactions that it asks for.
        let wanted: Set<Hash32>
        /// Nobody waits any more; its answer may still come.
        var isLate = false
    }

    public let version: EthVersion
    public let limits: Limits
    private let own: EthStatus
    /// The peer's, once it came.
    public private(set) var status: EthStatus?
    private var questions: [UInt64: Question] = [:]
    private var nextID: UInt64
    private var messages: TokenBucket
    private var bytes: TokenBucket
    public private(set) var known: RecentSet<Hash32>

    /// - Parameter firstID: of this side's questions; random, so that answers cannot be guessed.
    public init(version: EthVersion, status: EthStatus, firstID: UInt64, limits: Limits = Limits(), now: UInt64) {
        (self.version, own, nextID, self.limits) = (version, status, firstID, limits)
        messages = TokenBucket(capacity: limits.messageBurst, rate: limits.messagesPerSecond, now: Self.seconds(now))
        bytes = TokenBucket(capacity: limits.byteBurst, rate: limits.bytesPerSecond, now: Self.seconds(now))
        known = RecentSet(limit: limits.knownHashes)
    }

    public var openQuestions: Int { questions.values.count { !$0.isLate } }

    // MARK: Receiving

    /// Whether a message may come now, before it is read. An error here or later is the peer's fault: it should be disconnected.
    ///
    /// - Parameter size: bytes of its data.
    public mutating func admit(_ code: UInt64, size: Int, now: UInt64) throws(EthError) {
        // An answer that is waited for is paid for by the question, up to what an answer should have.
        let isAwaited = questions.values.contains { $0.answer == code && !$0.isLate }
        if !isAwaited { try spend(1, now: now) }
        guard bytes.take(Double(isAwaited ? max(0, size - EthLimits.answerSize) : size), now: Self.seconds(now)) else { throw .overBudget }
        // What may not come now is not read.
        guard (code == 0) == (status == nil) else { throw .outOfTurn(code) }
    }

    /// Takes the peer's status, which comes first.
    ///
    /// - Parameters:
    ///   - schedule: this chain's forks; with the head's number and time it judges the status.
    public mutating func greet(
        _ other: EthStatus, schedule: ForkSchedule, head: (number: UInt64, time: UInt64)
    ) throws(EthError) {
        guard status == nil else { throw .outOfTurn(0) }
        try own.check(other, schedule: schedule, number: head.number, time: head.time)
        status = other
        known.insert(other.head)
    }

    /// Takes any other message that was admitted: an answer has to be one to a question.
    public mutating func take(_ read: ReadMessage, now: UInt64) throws(EthError) {
        for hash in read.hashes { known.insert(hash) }
        switch read.message {
        case .blockRangeUpdate(let blocks, let hash):
            status?.blocks = blocks
            status?.head = hash
        case .newBlock(let block, let total):
            let hash = block.hash
            known.insert(hash)
            guard let heard = status, heard.totalDifficulty < total else { break }
            status?.totalDifficulty = total
            status?.head = hash
        case .newBlockHashes(let blocks): for block in blocks { known.insert(block.hash) }
        case .newPooledTransactionHashes(let items): for item in items { known.insert(item.hash) }
        case .getBlockHeaders(_, let request): try spend(items: request.limit, now: now)
        case .getBlockBodies(_, let hashes), .getPooledTransactions(_, let hashes), .getReceipts(_, let hashes):
            try spend(items: UInt64(hashes.count), now: now)
        case .blockHeaders(let id, _), .blockBodies(let id, _), .pooledTransactions(let id, _), .receipts(let id, _):
            let code = read.message.code
            guard let question = questions.removeValue(forKey: id), question.answer == code else { throw .outOfTurn(code) }
            var wanted = question.wanted
            for hash in read.hashes { guard wanted.remove(hash) != nil else { throw .notAsked(hash) } }
        case .status: throw .outOfTurn(0)
        case .transactions: break
        }
    }

    private static func seconds(_ milliseconds: UInt64) -> Double { Double(milliseconds) / 1000 }

    private mutating func spend(_ tokens: Double, now: UInt64) throws(EthError) {
        guard messages.take(tokens, now: Self.seconds(now)) else { throw .overBudget }
    }

    /// What a question costs beside its message.
    private mutating func spend(items: UInt64, now: UInt64) throws(EthError) {
        try spend(Double(min(items, UInt64(EthLimits.headers)) / UInt64(EthLimits.itemsPerToken)), now: now)
    }

    // MARK: Asking

    /// The number for the next question; `nil` while too many are open, or for a message that asks nothing.
    public mutating func open(_ question: (UInt64) -> EthMessage, now: UInt64) -> EthMessage? {
        guard openQuestions < limits.questions else { return nil }
        let message = question(nextID)
        guard let answer = message.answerCode else { return nil }
        var wanted: Set<Hash32> = []
        if case .getPooledTransactions(_, let hashes) = message { wanted = Set(hashes) }
        questions[nextID] = Question(answer: answer, deadline: now + limits.timeout, wanted: wanted)
        nextID &+= 1
        return message
    }

    /// Ends the questions whose time is over, and returns their numbers. An answer that comes late is no breach, for a while.
    public mutating func expire(now: UInt64) -> [UInt64] {
        let late = questions.filter { !$0.value.isLate && $0.value.deadline <= now }.map { $0.key }
        for id in late { questions[id]?.isLate = true }
        let forgotten = questions.filter { $0.value.isLate }.sorted { $0.value.deadline < $1.value.deadline }.dropLast(limits.questions)
        for entry in forgotten { questions[entry.key] = nil }
        return late
    }

    // MARK: Announcing

    /// Those of `hashes` that the peer is not known to know; it is from now on.
    public mutating func unknown(_ hashes: [Hash32]) -> [Hash32] { hashes.filter { known.insert($0).inserted } }
}
