public import BeaconTypes
public import Logging
import Primitives
public import ServiceInterfaces

/// Brings blocks into the chain of this node from whoever has them: ranges when it lags behind, parents of blocks that came
/// too early, and the history before the checkpoint that it began with.
public actor ChainSync {
    public struct Setting: Sendable {
        public var range = RangeSyncSetting()
        public var orphans = OrphanPool<String, SignedBeaconBlock>.Limits()
        /// Slots by which a source may be ahead before ranges are asked for; what is nearer comes by gossip.
        public var tolerance: UInt64 = 2
        /// Seconds after which a block whose parent nobody has is forgotten.
        public var orphanLife = 768.0

        public init() {}
    }

    let importer: any BlockImporting & SyncTargetTaking
    let clock: SlotClock
    let setting: Setting
    let logger: Logger
    var sources: [String: any BlockSource] = [:]
    var orphans: OrphanPool<String, SignedBeaconBlock>
    var search: ParentSearch<String>
    /// Blocks that could not be imported for a passing reason; tried again in the next slot.
    var deferred: [(link: ChainLink<SignedBeaconBlock>, source: String)] = []
    /// Questions for parents, and the alarm for the next one.
    var questions: [ParentSearch<String>.Request: Task<Void, Never>] = [:]
    var alarm: (time: Double, task: Task<Void, Never>)?
    private var faultBroadcast = Broadcast<ReportedFault>()

    /// What a source did, for whoever scores peers.
    public struct ReportedFault: Sendable, Hashable {
        public let source: String
        public let fault: SourceFault

        public init(source: String, fault: SourceFault) {
            self.source = source
            self.fault = fault
        }
    }

    public init(importer: any BlockImporting & SyncTargetTaking, clock: SlotClock, setting: Setting = Setting(), logger: Logger) {
        self.importer = importer
        self.clock = clock
        self.setting = setting
        self.logger = logger
        orphans = OrphanPool(limits: setting.orphans)
        search = ParentSearch(setting: setting.range)
    }

    public func add(_ source: any BlockSource) {
        sources[source.name] = source
        look()
    }

    public func remove(_ name: String) { sources[name] = nil }

    /// What sources do wrong from now on.
    public func faults() -> AsyncStream<ReportedFault> { faultBroadcast.subscribe() }

    func report(_ source: String, _ fault: SourceFault) {
        faultBroadcast.send(ReportedFault(source: source, fault: fault))
    }

    /// Imports what the sources have and this node has not.
    ///
    /// - Returns: the slot of the last block.
    @discardableResult
    public func catchUp() async throws -> Slot {
        let own = try await importer.sourceStatus()
        // A branch that was left behind begins after the finalised block at the earliest.
        let start = own.finalized.epoch * importer.spec.preset.slotsPerEpoch + 1
        let heads = await self.heads()
        guard !heads.isEmpty else { throw ChainSyncError.noSource("none answers") }
        guard let furthest = heads.values.max(), furthest > own.headSlot else {
            await importer.setSyncTarget(nil)
            return own.headSlot
        }
        // Where the run fails, the node is still behind: the next look at the sources says how far.
        await importer.setSyncTarget(furthest)
        logger.info("Catching up", metadata: ["from": "\(own.headSlot)", "head": "\(furthest)", "sources": "\(heads.count)"])
        let reached = try await run(importer, .range).run(from: min(start, own.headSlot + 1), heads: heads)
        await importer.setSyncTarget(nil)
        logger.info("Caught up", metadata: ["head": "\(reached)"])
        return reached
    }

    /// Brings the blocks up to this node's finalised one into `history`.
    public func backfill(into history: any BlockImporting, through last: Slot) async throws {
        let heads = await self.heads().filter { $0.value >= last }.mapValues { _ in last }
        guard !heads.isEmpty else { throw ChainSyncError.noSource("none has the blocks up to slot \(last)") }
        logger.info("Fetching the blocks before the checkpoint", metadata: ["through": "\(last)"])
        try await run(history, .checkpoint).run(from: 1, heads: heads)
    }

    private func run(_ importer: any BlockImporting, _ origin: BlockOrigin) -> RangeRun {
        RangeRun(
            sources: Array(sources.values), importer: importer, origin: origin, setting: setting.range, logger: logger
        ) { [weak self] source, fault in await self?.report(source, fault) }
    }

    /// The heads that the sources tell, none later than the clock allows.
    private func heads() async -> [String: Slot] {
        let now = (clock.currentSlot ?? 0) + 1
        let logger = self.logger
        return await withTaskGroup(of: (String, Slot?).self) { group in
            for source in sources.values {
                group.addTask {
                    do {
                        return (source.name, min(try await source.status().headSlot, now))
                    } catch {
                        logger.warning("\(source.name) does not tell its head: \(error)")
                        return (source.name, nil)
                    }
                }
            }
            var heads: [String: Slot] = [:]
            for await (name, head) in group { heads[name] = head }
            return heads
        }
    }

    /// Once a slot, until cancelled: catches up when a source is ahead, and asks anew for parents that nobody had.
    public func run() async {
        while !Task.isCancelled {
            let next = (clock.currentSlot ?? 0) + 1
            do {
                try await clock.sleep(until: next, fraction: 0.75)
                await retryDeferred()
                if !sources.isEmpty { try await followSources() }
            } catch is CancellationError {
                break
            } catch {
                logger.warning("cannot catch up: \(error)")
            }
        }
        stop()
    }

    private func followSources() async throws {
        let own = try await importer.sourceStatus()
        let time = clock.currentTime
        orphans.prune(
            finalized: own.finalized.epoch * importer.spec.preset.slotsPerEpoch, heldBefore: time - setting.orphanLife)
        look()
        let reach = own.headSlot + setting.tolerance
        guard let now = clock.currentSlot, now > reach, let furthest = await heads().values.max(), furthest > reach else {
            return await importer.setSyncTarget(nil)
        }
        try await catchUp()
    }

    /// Ends questions and streams.
    public func stop() {
        for question in questions.values { question.cancel() }
        questions = [:]
        alarm?.task.cancel()
        alarm = nil
        faultBroadcast.finish()
    }
}
