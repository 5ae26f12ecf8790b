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
    private var messageTokens: Double
    private var byteTokens: Double
    private var lastTime: UInt64
    public private(set) var known: RecentHashes

    /// - Parameter firstID: of this side's questions; random, so that answers cannot be guessed.
    public init(version: EthVersion, status: EthStatus, firstID: UInt64, limits: Limits = Limits(), now: UInt64) {
        (self.version, own, nextID, self.limits, lastTime) = (version, status, firstID, limits, now)
        (messageTokens, byteTokens) = (limits.messageBurst, limits.byteBurst)
        known = RecentHashes(capacity: limits.knownHashes)
    }

    public var openQuestions: Int { questions.values.count { !$0.isLate } }

    // MARK: Receiving

    /// Reads a message and checks that it is in turn and in budget. An error is the peer's fault: it should be disconnected.
    ///
    /// - Parameters:
    ///   - schedule: this chain's forks; with the head's number and time it judges the peer's status.
    public mutating func receive(
        _ code: UInt64, _ data: [UInt8], schedule: ForkSchedule, head: (number: UInt64, time: UInt64), now: UInt64
    ) throws(EthError) -> EthMessage {
        // What was asked for is bounded by the questions; one that nobody asked ends the connection.
        if !Self.answerCodes.contains(code) || openQuestions == 0 { try spend(bytes: data.count, now: now) }
        // What may not come now is not read.
        guard (code == 0) == (status == nil) else { throw .outOfTurn(code) }
        let message = try EthMessage(code, data: data, version)
        switch message {
        case .status(let other):
            try own.check(other, schedule: schedule, number: head.number, time: head.time)
            status = other
            known.insert(other.head)
        case .blockRangeUpdate(let blocks, let hash):
            status?.blocks = blocks
            status?.head = hash
        case .newBlock(let block, let total):
            known.insert(block.hash)
            guard let heard = status, heard.totalDifficulty < total else { break }
            status?.totalDifficulty = total
            status?.head = block.hash
        case .newBlockHashes(let blocks): for block in blocks { known.insert(block.hash) }
        case .newPooledTransactionHashes(let items): for item in items { known.insert(item.hash) }
        case .blockHeaders(let id, _), .blockBodies(let id, _), .pooledTransactions(let id, _), .receipts(let id, _):
            guard let question = questions.removeValue(forKey: id), question.answer == code else { throw .outOfTurn(code) }
        default: break
        }
        return message
    }

    private static let answerCodes: Set<UInt64> = [0x04, 0x06, 0x0a, 0x10]

    private mutating func spend(bytes: Int, now: UInt64) throws(EthError) {
        let seconds = Double(now &- lastTime) / 1000
        lastTime = now
        messageTokens = min(limits.messageBurst, messageTokens + seconds * limits.messagesPerSecond) - 1
        byteTokens = min(limits.byteBurst, byteTokens + seconds * limits.bytesPerSecond) - Double(bytes)
        guard messageTokens >= 0, byteTokens >= 0 else { throw .overBudget }
    }

    // MARK: Asking

    /// The number for the next question; `nil` while too many are open, or for a message that asks nothing.
    public mutating func open(_ question: (UInt64) -> EthMessage, now: UInt64) -> EthMessage? {
        guard openQuestions < limits.questions else { return nil }
        let message = question(nextID)
        guard let answer = message.answerCode else { return nil }
        questions[nextID] = Question(answer: answer, deadline: now + limits.timeout)
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
    public mutating func unknown(_ hashes: [Hash32]) -> [Hash32] { hashes.filter { known.insert($0) } }
}
