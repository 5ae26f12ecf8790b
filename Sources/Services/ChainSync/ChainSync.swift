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
        /// Slots by which a source may be ahead before ranges are asked for at once; what is nearer has a slot's time to come by
        /// gossip.
        public var tolerance: UInt64 = 2
        /// Epochs without finality after which heads of other branches are asked for too.
        public var stalledEpochs: UInt64 = 8
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
    /// The slot at whose start blocks that came before it are tried again.
    var slotStart: (slot: Slot, task: Task<Void, Never>)?
    /// Questions for parents, and the alarm for the next one.
    var questions: [ParentSearch<String>.Request: Task<Void, Never>] = [:]
    var alarm: (time: Double, task: Task<Void, Never>)?
    private var faultBroadcast = Broadcast<ReportedFault>()
    /// What sources cost of late, and until when those that cost too much are not asked.
    var ledger = SourceLedger()
    private var isFollowing = false
    /// Heads of sources that were not here at the last look.
    private var strangeHeads: [String: Root] = [:]
    /// Until when somebody to ask is waited for before this node goes on alone.
    private var expectsSourcesUntil: Double?

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

    /// Counts as syncing until a source was asked, or nobody came for so many seconds: a node that was away must not vote on a
    /// chain that others have left behind. One whose head is of now need not wait.
    public func expectSources(for seconds: Double) async {
        guard let now = clock.currentSlot, let own = try? await importer.sourceStatus(), now > own.headSlot + setting.tolerance else {
            return
        }
        expectsSourcesUntil = clock.currentTime + seconds
        await importer.setSyncTarget(now)
        logger.info("Waiting for peers that have the chain", metadata: ["head": "\(own.headSlot)", "slot": "\(now)"])
    }

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
        let reached = try await fetchRange()
        await importer.setSyncTarget(nil)
        return reached
    }

    /// Imports up to the furthest head of the sources; leaves it open whether that is far enough.
    private func fetchRange() async throws -> Slot {
        let own = try await importer.sourceStatus()
        let statuses = await statuses()
        guard !statuses.isEmpty else { throw ChainSyncError.noSource("none answers") }
        guard let furthest = statuses.values.map(\.headSlot).max(), furthest > own.headSlot else { return own.headSlot }
        return try await fetch(statuses.mapValues(\.headSlot), own)
    }

    /// Imports what these sources have.
    ///
    /// - Parameter heads: by the sources' names.
    /// - Returns: the slot of the last block, which need not become the head.
    private func fetch(_ heads: [String: Slot], _ own: BlockSourceStatus) async throws -> Slot {
        // A branch that was left behind begins after the finalised block at the earliest.
        let start = own.finalized.epoch * importer.spec.preset.slotsPerEpoch + 1
        let furthest = heads.values.max() ?? own.headSlot
        // Where the run fails, the node is still behind: the next look at the sources says how far.
        if furthest > own.headSlot { await importer.setSyncTarget(furthest) }
        logger.info("Catching up", metadata: ["from": "\(own.headSlot)", "head": "\(furthest)", "sources": "\(heads.count)"])
        let (began, before) = (ContinuousClock.now, own.headSlot)
        let reached = try await run(importer, .range).run(from: min(start, own.headSlot + 1), heads: heads)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        logger.info(
            "Caught up",
            metadata: [
                "head": "\(reached)", "seconds": "\((seconds * 100).rounded() / 100)",
                "slots_per_second": "\((Double(reached - min(reached, before)) / max(seconds, 0.001)).rounded())",
            ])
        return reached
    }

    /// - Parameters:
    ///   - forgiven: a fault that is no source's.
    ///   - localFailureLimit: imports in a row that may fail for a reason of this node's own.
    func run(
        _ importer: any BlockImporting, _ origin: BlockOrigin, forgiven: SourceFault? = nil, localFailureLimit: Int? = nil
    ) -> RangeRun {
        RangeRun(
            sources: Array(asked.values), importer: importer, origin: origin, setting: setting.range,
            localFailureLimit: localFailureLimit, logger: logger
        ) { [weak self] source, fault in if fault != forgiven { await self?.charge(source, fault) } }
    }

    /// The sources that are asked now.
    private var asked: [String: any BlockSource] {
        let benched = ledger.benched(now: clock.currentTime)
        return sources.filter { !benched.contains($0.key) }
    }

    private func charge(_ source: String, _ fault: SourceFault) {
        report(source, fault)
        if ledger.charge(source, fault, now: clock.currentTime) {
            logger.warning("\(source) is not asked for blocks for a while: \(fault)")
        }
    }

    /// What the sources tell of their chains; no head is later than the clock allows.
    func statuses() async -> [String: BlockSourceStatus] {
        let now = (clock.currentSlot ?? 0) + 1
        let logger = self.logger
        return await withTaskGroup(of: (String, BlockSourceStatus?).self) { group in
            for source in asked.values {
                group.addTask {
                    do {
                        let told = try await source.status()
                        let head = min(told.headSlot, now)
                        return (source.name, BlockSourceStatus(headRoot: told.headRoot, headSlot: head, finalized: told.finalized))
                    } catch {
                        logger.warning("\(source.name) does not tell its head: \(error)")
                        return (source.name, nil)
                    }
                }
            }
            var statuses: [String: BlockSourceStatus] = [:]
            for await (name, status) in group { statuses[name] = status }
            return statuses
        }
    }

    /// Once a slot, until cancelled: catches up when a source is ahead, and asks anew for parents that nobody had.
    public func run() async {
        while !Task.isCancelled {
            let next = (clock.currentSlot ?? 0) + 1
            do {
                try await clock.sleep(until: next, fraction: 0.75)
                await retryDeferred()
                ledger.forgive(now: clock.currentTime)
                try await follow()
            } catch is CancellationError {
                break
            } catch {
                logger.warning("cannot catch up: \(error)")
            }
        }
        stop()
    }

    /// Looks at once, between the looks of every slot, where somebody to ask was waited for.
    public func followNow() async {
        guard expectsSourcesUntil != nil else { return }
        do { try await follow() } catch { logger.warning("cannot catch up: \(error)") }
    }

    /// One look at the sources; `run` takes one a slot.
    package func follow() async throws {
        guard !isFollowing else { return }
        isFollowing = true
        defer { isFollowing = false }
        if sources.isEmpty { await waitForSources() } else { try await followSources() }
    }

    private func waitForSources() async {
        guard let until = expectsSourcesUntil, clock.currentTime >= until else { return }
        expectsSourcesUntil = nil
        logger.warning("Nobody gives the chain's blocks; this node goes on alone")
        await importer.setSyncTarget(nil)
    }

    private func followSources() async throws {
        let time = clock.currentTime
        var own = try await importer.sourceStatus()
        orphans.prune(
            finalized: own.finalized.epoch * importer.spec.preset.slotsPerEpoch, heldBefore: time - setting.orphanLife)
        look()
        var reached = own.headSlot
        while let now = clock.currentSlot, now > reached || isStalled(own, now) {
            let statuses = await statuses()
            // Who is waited for may answer later.
            if statuses.isEmpty, let until = expectsSourcesUntil, clock.currentTime < until { return }
            // Whose head is here has nothing to give, also where this node follows another branch.
            var strangers: [String: BlockSourceStatus] = [:]
            for (name, status) in statuses {
                if await !importer.hasBlock(status.headRoot) { strangers[name] = status }
            }
            let heads = await worthFetching(strangers, beyond: reached)
            guard !heads.isEmpty else { break }
            expectsSourcesUntil = nil
            // The chain went on meanwhile: until its head is near, this node is behind.
            let last = try await fetch(heads, own)
            guard last > reached else { break }
            reached = last
            // The next fetch begins where this one led, not where the look began.
            own = try await importer.sourceStatus()
        }
        expectsSourcesUntil = nil
        await importer.setSyncTarget(nil)
    }

    /// Whether so little is final that others may follow a branch which this node never heard of.
    private func isStalled(_ own: BlockSourceStatus, _ now: Slot) -> Bool {
        now / importer.spec.preset.slotsPerEpoch > own.finalized.epoch + setting.stalledEpochs
    }

    /// The heads to fetch: those that are ahead, else those that were not here a look ago either, which gossip does not bring: it
    /// went by before this node was there, or is of another branch.
    private func worthFetching(_ strangers: [String: BlockSourceStatus], beyond reached: Slot) async -> [String: Slot] {
        let before = strangeHeads
        strangeHeads = strangers.mapValues(\.headRoot)
        let ahead = strangers.filter { $0.value.headSlot > reached + setting.tolerance }
        guard ahead.isEmpty else { return ahead.mapValues(\.headSlot) }
        var aside: [String: Slot] = [:]
        for (name, status) in strangers {
            if let root = before[name], await !importer.hasBlock(root), await holdsHead(name, status) { aside[name] = status.headSlot }
        }
        return aside
    }

    /// Whether a source gives the head that it names, so that nobody makes this node fetch a range each slot for a head that there is
    /// not. One whose parent is here is imported, and nothing is left to fetch.
    private func holdsHead(_ name: String, _ status: BlockSourceStatus) async -> Bool {
        let found: SignedBeaconBlock?
        do {
            found = try await sources[name]?.blocks(roots: [status.headRoot]).first
        } catch {
            logger.debug("\(name) does not answer for its head: \(error)")
            return false
        }
        guard let found else {
            charge(name, .withheld)
            return false
        }
        let link = ChainLink(found, importer.spec)
        // A head later than this node's clock allows was told as one of now: where the clock is slow, the peer is not wrong.
        let isLater = link.slot > status.headSlot && status.headSlot >= clock.currentSlot ?? 0
        guard link.root == status.headRoot, link.slot == status.headSlot || isLater else {
            charge(name, .malformed)
            return false
        }
        await receive(found, from: name, origin: .root)
        return await !importer.hasBlock(link.root)
    }

    /// Ends questions and streams.
    public func stop() {
        for question in questions.values { question.cancel() }
        questions = [:]
        alarm?.task.cancel()
        alarm = nil
        slotStart?.task.cancel()
        slotStart = nil
        faultBroadcast.finish()
    }
}
