import EthProtocol
import ExecutionChain
public import Logging
import NodeRecords
import Primitives
public import ServiceInterfaces

/// Lets a chain of work follow the heaviest chain of its peers, and takes the blocks that they announce.
///
/// One thing at a time, in the order in which it was told: what comes while it is at work is remembered by `EthPeers`, which bounds
/// it. Held at once are two batches of headers, and of blocks what `Settings.heldBytes` and the open questions let be.
public actor ChainFollower {
    /// How much is asked for at once, and how long who does not answer is left alone.
    public struct Settings: Sendable {
        /// Headers of one question.
        public var headers = 192
        /// Bodies of one question.
        public var bodies = 48
        /// Questions for bodies that are open at once, of different peers where there are some.
        public var bodyQuestions = 4
        /// Bytes of blocks that wait for one before them, after which only that one is asked for.
        public var heldBytes = 32 << 20
        /// Blocks of this node's that a peer's chain may leave behind.
        public var deepestBranch: UInt64 = 90_000
        /// Until a peer that did not answer is asked again.
        public var rest = Duration.seconds(30)
        /// Times that a peer may not answer.
        public var patience = 3
        /// How often peers are looked at although none told of anything.
        public var tick = Duration.seconds(5)

        public init() {}
    }

    /// How a peer fared.
    enum Outcome: Sendable {
        case done
        /// It did not answer, or not to the end.
        case late
        case lied(String)
        /// Its blocks are of a time that has not come, or nothing more can be done now.
        case wait
    }

    let chain: any WorkChain
    let peers: EthPeers
    let settings: Settings
    let logger: Logger
    /// How often a peer did not answer, or has to be waited for, and until when it is left alone.
    private typealias Rest = (count: Int, until: ContinuousClock.Instant)
    private var failures: [NodeID: Rest] = [:]
    private var waits: [NodeID: Rest] = [:]
    var refusedBlocks = RefusedBlocks(limit: 256)
    /// What was done, for tests and figures.
    public internal(set) var importedBlocks: UInt64 = 0

    public init(chain: any WorkChain, peers: EthPeers, settings: Settings = Settings(), logger: Logger) {
        (self.chain, self.peers, self.settings, self.logger) = (chain, peers, settings, logger)
    }

    /// Follows until it is cancelled.
    public func run() async {
        let (ticks, ticker) = AsyncStream.makeStream(of: EthNews?.self, bufferingPolicy: .bufferingNewest(8))
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [peers] in for await news in peers.news { ticker.yield(news) } }
            tasks.addTask { [settings] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: settings.tick)
                    ticker.yield(nil)
                }
            }
            tasks.addTask {
                for await news in ticks {
                    guard !Task.isCancelled else { return }
                    await self.hear(news)
                }
            }
        }
    }

    private func hear(_ news: EthNews?) async {
        do {
            switch news {
            case .block(let block, _, let id): try await take(block, from: id)
            case .hashes(let blocks, let id): try await fetch(blocks, from: id)
            case .peer, nil: break
            }
            try await follow()
        } catch {
            // The database, not a peer.
            if !Task.isCancelled { logger.error("Following peers failed", metadata: ["error": "\(error)"]) }
        }
        await chain.report(nil)
    }

    /// Follows the peers that say that their chain is heavier, each once: what they announce is to be heard too.
    private func follow() async throws {
        var tried: Set<NodeID> = []
        while !Task.isCancelled, let (id, status) = try await heaviestPeer(except: tried) {
            tried.insert(id)
            try await follow(id, status)
        }
    }

    /// Follows one peer, and remembers how it fared.
    func follow(_ id: NodeID, _ status: EthStatus) async throws {
        let outcome = try await synchronise(with: id, status)
        guard !Task.isCancelled else { return }
        switch outcome {
        case .done: (failures[id], waits[id]) = (nil, nil)
        case .lied(let reason): await peers.punish(id, because: reason)
        case .late: await rest(id)
        case .wait:
            let count = waits[id]?.count ?? 0
            waits[id] = (count + 1, ContinuousClock.now + settings.tick * (1 << min(count, 8)))
        }
    }

    /// It gave what was asked for.
    func forgive(_ id: NodeID) { (failures[id], waits[id]) = (nil, nil) }

    func rest(_ id: NodeID) async {
        // Of questions that were open at once, one is counted.
        guard isRested(id), !Task.isCancelled else { return }
        // Nor is a question that this node itself could not ask.
        guard await !peers.isBusy(id), isRested(id) else { return }
        let count = (failures[id]?.count ?? 0) + 1
        logger.debug("A peer does not answer", metadata: ["peer": "\(id.shortHex)", "times": "\(count)"])
        failures[id] = (count, ContinuousClock.now + settings.rest)
        if count >= settings.patience { await peers.punish(id, because: "it says that it has blocks, and gives none") }
    }

    /// The peer that says its chain is the heaviest, if it is heavier than this node's.
    private func heaviestPeer(except tried: Set<NodeID>) async throws -> (NodeID, EthStatus)? {
        let own = try await chain.heaviest().totalDifficulty
        let statuses = await peers.statuses
        failures = failures.filter { statuses[$0.key] != nil }
        waits = waits.filter { statuses[$0.key] != nil }
        return statuses.filter { id, status in
            status.totalDifficulty > own && !tried.contains(id) && isRested(id)
        }.max { $0.value.totalDifficulty < $1.value.totalDifficulty }.map { ($0.key, $0.value) }
    }

    func isRested(_ id: NodeID) -> Bool {
        let now = ContinuousClock.now
        return [failures[id], waits[id]].allSatisfy { $0.map { $0.until <= now } ?? true }
    }

    /// Peers that may have blocks of a peer's chain above this weight, that peer first.
    func helpers(of id: NodeID, above weight: UInt256) async -> [NodeID] {
        let statuses = await peers.statuses
        // What a peer says of its work may be older than its chain.
        let able = statuses.filter { other, status in
            (other == id || status.totalDifficulty > weight) && isRested(other)
        }.map { $0.key }
        return able.filter { $0 == id } + able.filter { $0 != id }
    }
}
