public import EthProtocol
public import ExecutionChain
public import Logging
public import NodeRecords
public import Primitives
public import RLPx
public import RLPxHost
public import Transactions

/// `eth` with all peers of a node: statuses, answers to questions, transactions both ways, and questions of this node's.
public actor EthPeers: RLPxPeerHandler {
    /// The versions to offer in a hello.
    public static let offered = capabilities(EthVersion.allCases)
    /// Those for a chain of work: eth/69 does not say how much of it a peer has.
    public static let offeredForWork = capabilities([.eth68])

    private static func capabilities(_ versions: [EthVersion]) -> [OfferedCapability] {
        versions.map { version in OfferedCapability(Capability(EthVersion.name, version.rawValue), messages: version.messages) }
    }
    /// Transactions that a new peer is told of, and hashes that are asked for at once.
    static let greetingTransactions = 4_096
    static let askedTransactions = 256

    private struct Entry {
        let peer: RLPxPeer
        var session: EthSession
        var waiting: [UInt64: CheckedContinuation<EthMessage?, Never>] = [:]
    }

    private let answers: EthAnswers
    private let limits: EthSession.Limits
    private let logger: Logger
    private let followsWork: Bool
    private let begin = ContinuousClock.now
    private var entries: [NodeID: Entry] = [:]
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

    private var now: UInt64 {
        let (seconds, attoseconds) = (ContinuousClock.now - begin).components
        return 1_000 + UInt64(seconds) * 1_000 + UInt64(attoseconds / 1_000_000_000_000_000)
    }

    // MARK: Peers come and go

    public func connected(_ peer: RLPxPeer) async throws {
        let versions = peer.capabilities.filter { $0.name == EthVersion.name }.compactMap { capability in
            EthVersion(rawValue: capability.version)
        }
        guard let version = versions.max(), !isPunished(peer.nodeID) else { throw RLPxHostError.refused(.uselessPeer) }
        let position = await answers.chain.position()
        let firstID = UInt64.random(in: 0...(.max >> 1))
        // Who waits for an answer over a connection before this one gets none.
        for waiting in entries[peer.nodeID]?.waiting.values.map({ $0 }) ?? [] { waiting.resume(returning: nil) }
        entries[peer.nodeID] = Entry(
            peer: peer, session: EthSession(version: version, status: position.status, firstID: firstID, limits: limits, now: now))
        send(.status(position.status), to: peer, version)
    }

    public func disconnected(_ peer: RLPxPeer) {
        guard let entry = entries[peer.nodeID], entry.peer === peer else { return }
        entries[peer.nodeID] = nil
        for waiting in entry.waiting.values { waiting.resume(returning: nil) }
    }

    private nonisolated func send(_ message: EthMessage, to peer: RLPxPeer, _ version: EthVersion) {
        peer.send(message.code, of: EthVersion.name, data: message.encoded(version))
    }

    // MARK: Messages

    public func received(_ code: UInt64, of capability: Capability, data: [UInt8], from peer: RLPxPeer) async throws {
        let position = await answers.chain.position()
        expire(peer.nodeID)
        guard entries[peer.nodeID]?.peer === peer, let version = entries[peer.nodeID]?.session.version else { return }
        let message: EthMessage
        do throws(EthError) {
            guard
                let read = try entries[peer.nodeID]?.session.receive(
                    code, data, schedule: position.schedule, head: (position.number, position.time), now: now)
            else { return }
            message = read
        } catch {
            logger.debug("A peer breaks the rules of eth", metadata: ["peer": "\(peer.endpoint)", "reason": "\(error)"])
            peer.disconnect(code == 0 ? .uselessPeer : .protocolBreach)
            throw error
        }
        if let id = message.requestID, let waiting = entries[peer.nodeID]?.waiting.removeValue(forKey: id) {
            waiting.resume(returning: message)
            return
        }
        switch message {
        case .status:
            newsWriter.yield(.peer(peer.nodeID))
            await greet(peer, version)
        case .newBlock, .newBlockHashes: if followsWork { tell(message, of: peer.nodeID) }
        case .newPooledTransactionHashes(let items): await ask(peer, for: items, version)
        case .transactions(let envelopes), .pooledTransactions(_, let envelopes): try await take(envelopes, from: peer)
        default:
            if let answer = await answers.answer(message) { send(answer, to: peer, version) }
        }
    }

    private func tell(_ message: EthMessage, of id: NodeID) {
        switch message {
        case .newBlock(let block, let total): newsWriter.yield(.block(block, totalDifficulty: total, from: id))
        case .newBlockHashes(let blocks): newsWriter.yield(.hashes(blocks, from: id))
        default: break
        }
    }

    /// Tells a new peer what waits here.
    private func greet(_ peer: RLPxPeer, _ version: EthVersion) async {
        announce(await answers.pool.envelopes(limit: Self.greetingTransactions), to: [peer.nodeID])
    }

    /// Asks for announced transactions that are not here.
    private func ask(_ peer: RLPxPeer, for items: [EthMessage.TransactionAnnouncement], _ version: EthVersion) async {
        var wanted: [Hash32] = []
        for item in items where wanted.count < Self.askedTransactions {
            if await answers.pool.envelope(item.hash) == nil { wanted.append(item.hash) }
        }
        let now = now
        guard !wanted.isEmpty,
            let question = entries[peer.nodeID]?.session.open({ [wanted] id in .getPooledTransactions(id: id, wanted) }, now: now)
        else { return }
        send(question, to: peer, version)
    }

    private func take(_ envelopes: [[UInt8]], from peer: RLPxPeer) async throws {
        _ = entries[peer.nodeID]?.session.unknown(envelopes.map { envelope in Keccak256.hash(envelope) })
        for envelope in envelopes {
            guard await answers.pool.take(envelope) else {
                peer.disconnect(.protocolBreach)
                throw EthError.outOfTurn(0x02)
            }
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
            guard let entry = entries[id], entry.session.status != nil else { continue }
            let unknown = Set(entries[id]?.session.unknown(items.map { item in item.hash }) ?? [])
            let news = items.filter { unknown.contains($0.hash) }
            if !news.isEmpty { send(.newPooledTransactionHashes(news), to: entry.peer, entry.session.version) }
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

    // MARK: Asking

    /// Asks a peer, and waits for its answer; `nil` when it is gone, busy or late, or who asks was cancelled.
    private func question(_ id: NodeID, _ make: (UInt64) -> EthMessage) async -> EthMessage? {
        let now = now
        guard !Task.isCancelled, let entry = entries[id], entry.session.status != nil,
            let message = entries[id]?.session.open(make, now: now), let number = message.requestID
        else { return nil }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                entries[id]?.waiting[number] = continuation
                send(message, to: entry.peer, entry.session.version)
                Task {
                    try? await Task.sleep(for: .milliseconds(Int64(limits.timeout)))
                    self.expire(id)
                }
            }
        } onCancel: {
            Task { await self.giveUp(number, of: id) }
        }
    }

    private func giveUp(_ question: UInt64, of id: NodeID) {
        entries[id]?.waiting.removeValue(forKey: question)?.resume(returning: nil)
    }

    private func expire(_ id: NodeID) {
        let now = now
        for late in entries[id]?.session.expire(now: now) ?? [] { entries[id]?.waiting.removeValue(forKey: late)?.resume(returning: nil) }
    }

    /// Headers of a peer's chain, checked to follow each other as they were asked for; `nil` when it gives none, or others, which
    /// costs it the connection.
    public func headers(of id: NodeID, _ request: EthMessage.HeaderRequest) async -> [BlockHeader]? {
        guard case .blockHeaders(_, let headers)? = await question(id, { number in .getBlockHeaders(id: number, request) }) else {
            return nil
        }
        guard request.isAnswered(by: headers) else { return refuse(id, "headers that were not asked for") }
        return headers
    }

    /// Whole blocks of these headers, in their order, whose bodies have the headers' roots; `nil` when the peer gives none, or others,
    /// which costs it the connection. It may give fewer.
    public func blocks(of id: NodeID, _ headers: [BlockHeader]) async -> [Block]? {
        let hashes = headers.map { header in header.hash }
        guard case .blockBodies(_, let bodies)? = await question(id, { number in .getBlockBodies(id: number, hashes) }) else { return nil }
        var (blocks, rest) = ([Block](), headers[...])
        for body in bodies {
            // It may skip what it does not have.
            let roots = body.roots
            guard let place = rest.firstIndex(where: { roots.match($0) }) else { return refuse(id, "bodies that were not asked for") }
            blocks.append(body.block(header: rest[place]))
            rest = rest[(place + 1)...]
        }
        return blocks
    }

    /// The receipts of these blocks, which have the headers' roots; `nil` when the peer gives none, or others, which costs it the
    /// connection. It may give fewer.
    public func receipts(of id: NodeID, _ headers: [BlockHeader]) async -> [[Receipt]]? {
        let hashes = headers.map { header in header.hash }
        guard case .receipts(_, let blocks)? = await question(id, { number in .getReceipts(id: number, hashes) }) else { return nil }
        guard blocks.count <= headers.count else { return refuse(id, "receipts that were not asked for") }
        for (header, receipts) in zip(headers, blocks) {
            guard BlockRoots.receipts(receipts.map { receipt in receipt.encoded }) == header.receiptsRoot else {
                return refuse(id, "receipts that were not asked for")
            }
        }
        return blocks
    }

    private func refuse<Answer>(_ id: NodeID, _ reason: String) -> Answer? {
        punish(id, because: reason)
        return nil
    }
}

/// What a peer tells of its chain.
public enum EthNews: Sendable {
    /// It is of the same chain, and said how much work it has.
    case peer(NodeID)
    case block(Block, totalDifficulty: UInt256, from: NodeID)
    case hashes([EthMessage.BlockAnnouncement], from: NodeID)
}

extension EthMessage.HeaderRequest {
    /// Whether these headers are what was asked for, as far as they go.
    func isAnswered(by headers: [BlockHeader]) -> Bool {
        guard UInt64(headers.count) <= limit else { return false }
        if let first = headers.first {
            switch origin {
            case .hash(let hash): guard first.hash == hash else { return false }
            case .number(let number): guard first.number == number else { return false }
            }
        }
        for (one, next) in zip(headers, headers.dropFirst()) {
            let (low, high) = isReverse ? (next, one) : (one, next)
            guard high.number > low.number, high.number - low.number - 1 == skip else { return false }
            if skip == 0 { guard high.parentHash == low.hash else { return false } }
        }
        return true
    }
}
