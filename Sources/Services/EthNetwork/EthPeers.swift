public import EthProtocol
public import ExecutionChain
public import Logging
public import NodeRecords
public import Primitives
public import RLPx
public import RLPxHost

/// `eth` with all peers of a node: statuses, answers to questions, transactions both ways, and questions of this node's.
public actor EthPeers: RLPxPeerHandler {
    /// The versions to offer in a hello.
    public static let offered = capabilities(EthVersion.allCases)
    /// Those for a chain of work: eth/69 does not say how much of it a peer has.
    public static let offeredForWork = capabilities([.eth68])

    private static func capabilities(_ versions: [EthVersion]) -> [OfferedCapability] {
        versions.map { version in OfferedCapability(Capability(EthVersion.name, version.rawValue), messages: version.messages) }
    }

    /// Transactions that a new peer is told of.
    static let greetingTransactions = 4_096
    /// Blocks after which peers of eth/69 are told of the new range (EIP-7642: once an epoch).
    static let rangeInterval: UInt64 = 32

    struct Entry {
        let peer: RLPxPeer
        var session: EthSession
        var waiting: [UInt64: CheckedContinuation<EthMessage?, Never>] = [:]
        /// Whether transactions that it announced are being asked for.
        var isFetching = false
    }

    let answers: EthAnswers
    let limits: EthSession.Limits
    let logger: Logger
    private let followsWork: Bool
    private let begin = ContinuousClock.now
    var entries: [NodeID: Entry] = [:]
    var requests = TransactionRequests()
    /// Connections whose place waits for the chain's position: the last of each node.
    private var arriving: [NodeID: RLPxPeer] = [:]
    /// The last block of the range that peers were told of.
    private var toldRange: UInt64?
    /// Who gave what is not valid, and when: they are not taken again for a while.
    private var punished: [NodeID: ContinuousClock.Instant] = [:]
    /// What peers tell of their chains, for who follows them. What nobody takes makes room for what comes.
    public nonisolated let news: AsyncStream<EthNews>
    private let newsWriter: AsyncStream<EthNews>.Continuation

    /// Who was punished is refused for so long, and so many are remembered.
    static let banishment = Duration.seconds(300)
    static let mostPunished = 256

    /// - Parameter followsWork: whether somebody reads `news` of blocks. Elsewhere they would only lie here.
    public init(
        chain: any EthChain, pool: any EthPool, limits: EthSession.Limits = .init(), followsWork: Bool = false, logger: Logger
    ) {
        answers = EthAnswers(chain: chain, pool: pool)
        self.followsWork = followsWork
        (self.limits, self.logger) = (limits, logger)
        (news, newsWriter) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8))
    }

    /// Peers of the same chain, and what they said of it.
    public var statuses: [NodeID: EthStatus] { entries.compactMapValues { entry in entry.session.status } }

    public func version(of id: NodeID) -> EthVersion? { entries[id]?.session.version }

    var now: UInt64 {
        let (seconds, attoseconds) = (ContinuousClock.now - begin).components
        return 1_000 + UInt64(seconds) * 1_000 + UInt64(attoseconds / 1_000_000_000_000_000)
    }

    // MARK: Peers come and go

    public func connected(_ peer: RLPxPeer) async throws {
        let versions = peer.capabilities.filter { $0.name == EthVersion.name }.compactMap { capability in
            EthVersion(rawValue: capability.version)
        }
        guard let version = versions.max(), !isPunished(peer.nodeID) else { throw RLPxHostError.refused(.uselessPeer) }
        let id = peer.nodeID
        arriving[id] = peer
        defer { if arriving[id] === peer { arriving[id] = nil } }
        let position = await answers.chain.position()
        // Another connection of the same node may have taken its place meanwhile.
        guard arriving[id] === peer else { throw RLPxHostError.refused(.alreadyConnected) }
        let firstID = UInt64.random(in: 0...(.max >> 1))
        // Who waits for an answer over a connection before this one gets none.
        for waiting in entries[peer.nodeID]?.waiting.values.map({ $0 }) ?? [] { waiting.resume(returning: nil) }
        requests.forget(peer.nodeID)
        entries[peer.nodeID] = Entry(
            peer: peer, session: EthSession(version: version, status: position.status, firstID: firstID, limits: limits, now: now))
        send(.status(position.status), to: peer, version)
    }

    public func disconnected(_ peer: RLPxPeer) {
        guard let entry = entries[peer.nodeID], entry.peer === peer else { return }
        entries[peer.nodeID] = nil
        requests.forget(peer.nodeID)
        for waiting in entry.waiting.values { waiting.resume(returning: nil) }
    }

    nonisolated func send(_ message: EthMessage, to peer: RLPxPeer, _ version: EthVersion) {
        peer.send(message.code, of: EthVersion.name, data: message.encoded(version))
    }

    // MARK: Messages

    public func received(_ code: UInt64, of capability: Capability, data: [UInt8], from peer: RLPxPeer) async throws {
        let id = peer.nodeID
        expire(id)
        guard let version = entries[id]?.session.version, entries[id]?.peer === peer else { return }
        do throws(EthError) {
            try entries[id]?.session.admit(code, size: data.count, now: now)
            let read = try await Self.read(code, data, version)
            if case .status(let status) = read.message { try await greet(peer, status) } else { try await handle(read, from: peer) }
        } catch {
            logger.debug("A peer breaks the rules of eth", metadata: ["peer": "\(peer.endpoint)", "reason": "\(error)"])
            peer.disconnect(code == 0 ? .uselessPeer : .protocolBreach)
            throw error
        }
    }

    /// Not on this actor: other peers need not wait while a message is read and hashed.
    private static func read(_ code: UInt64, _ data: [UInt8], _ version: EthVersion) async throws(EthError) -> ReadMessage {
        try ReadMessage(code, data: data, version)
    }

    /// Takes a peer's status, and tells it what waits here.
    private func greet(_ peer: RLPxPeer, _ status: EthStatus) async throws(EthError) {
        let position = await answers.chain.position()
        guard entries[peer.nodeID]?.peer === peer else { return }
        try entries[peer.nodeID]?.session.greet(status, schedule: position.schedule, head: (position.number, position.time))
        newsWriter.yield(.peer(peer.nodeID))
        announce(await answers.pool.envelopes(limit: Self.greetingTransactions), to: [peer.nodeID])
    }

    private func handle(_ read: ReadMessage, from peer: RLPxPeer) async throws(EthError) {
        let id = peer.nodeID
        // Another connection may have taken its place.
        guard let version = entries[id]?.session.version, entries[id]?.peer === peer else { return }
        let now = now
        try entries[id]?.session.take(read, now: now)
        let message = read.message
        if message.answerCode == nil, let question = message.requestID, let waiting = entries[id]?.waiting.removeValue(forKey: question) {
            waiting.resume(returning: message)
            return
        }
        switch message {
        case .newBlock, .newBlockHashes: if followsWork { tell(message, of: id) }
        case .newPooledTransactionHashes(let items): note(items, of: id)
        case .transactions(let envelopes), .pooledTransactions(_, let envelopes): try await take(envelopes)
        default: if let answer = await answers.answer(message) { send(answer, to: peer, version) }
        }
    }

    private func tell(_ message: EthMessage, of id: NodeID) {
        switch message {
        case .newBlock(let block, let total): newsWriter.yield(.block(block, totalDifficulty: total, from: id))
        case .newBlockHashes(let blocks): newsWriter.yield(.hashes(blocks, from: id))
        default: break
        }
    }

    // MARK: Telling

    /// Tells peers of transactions that they are not known to know: hashes, types and sizes, which they may ask for.
    ///
    /// - Parameter peers: all where `nil`.
    public func announce(_ envelopes: [[UInt8]], to peers: [NodeID]? = nil) {
        guard !envelopes.isEmpty else { return }
        let items = envelopes.map { envelope in
            let type = envelope.first.map { $0 >= 0xc0 ? 0 : $0 } ?? 0
            return EthMessage.TransactionAnnouncement(type: type, size: UInt64(envelope.count), hash: Keccak256.hash(envelope))
        }
        for id in peers ?? Array(entries.keys) {
            // A copy of the session would be held, and what it knows copied.
            guard let peer = entries[id]?.peer, let version = entries[id]?.session.version, entries[id]?.session.status != nil
            else { continue }
            let unknown = Set(entries[id]?.session.unknown(items.map { item in item.hash }) ?? [])
            let news = items.filter { unknown.contains($0.hash) }
            if !news.isEmpty { send(.newPooledTransactionHashes(news), to: peer, version) }
        }
    }

    /// Tells peers that are not known to know it of a block: some are sent it whole, the others its hash, which they may ask for.
    ///
    /// - Parameter total: the work up to it.
    public func announce(_ block: Block, totalDifficulty total: UInt256) {
        let hash = block.hash
        let strangers = Array(entries.keys).filter { id in
            entries[id]?.session.status != nil && entries[id]?.session.unknown([hash]).isEmpty == false
        }.shuffled()
        // As many as the square root of the peers, as geth sends them.
        let whole = max(1, Int(Double(entries.count).squareRoot()))
        for (index, id) in strangers.enumerated() {
            guard let entry = entries[id] else { continue }
            let message: EthMessage =
                index < whole
                ? .newBlock(block, totalDifficulty: total) : .newBlockHashes([.init(hash: hash, number: block.header.number)])
            send(message, to: entry.peer, entry.session.version)
        }
    }

    /// Tells peers of eth/69 which blocks can be asked for, when the head has moved far enough since they were told last.
    public func announceRange() async {
        let position = await answers.chain.position()
        let last = toldRange ?? position.number
        if toldRange == nil { toldRange = last }
        guard max(last, position.number) - min(last, position.number) >= Self.rangeInterval else { return }
        toldRange = position.number
        for entry in entries.values where entry.session.version >= .eth69 && entry.session.status != nil {
            send(.blockRangeUpdate(position.status.blocks, head: position.status.head), to: entry.peer, entry.session.version)
        }
    }

    // MARK: Judging

    /// Ends the connection of a peer that gave what is not valid, and refuses it for a while.
    public func punish(_ id: NodeID, because reason: String) {
        guard let entry = entries[id] else { return }
        logger.notice("A peer is sent away", metadata: ["peer": "\(entry.peer.endpoint)", "reason": "\(reason)"])
        if punished.count >= Self.mostPunished, let oldest = punished.min(by: { $0.value < $1.value }) { punished[oldest.key] = nil }
        punished[id] = .now
        entry.peer.disconnect(.uselessPeer)
        // Nothing more is asked of it, nor heard, while the connection ends.
        disconnected(entry.peer)
    }

    private func isPunished(_ id: NodeID) -> Bool {
        guard let time = punished[id] else { return false }
        guard ContinuousClock.now - time >= Self.banishment else { return true }
        punished[id] = nil
        return false
    }
}
