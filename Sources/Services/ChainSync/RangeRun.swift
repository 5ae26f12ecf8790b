public import BeaconTypes
public import ServiceInterfaces
public import Logging
import Primitives

/// Does what ``RangeSync`` says: asks the sources, imports, and keeps the time.
public struct RangeRun: Sendable {
    let sources: [String: any BlockSource]
    let importer: any BlockImporting
    let origin: BlockOrigin
    let setting: RangeSyncSetting
    /// Ends after so many imports in a row that failed for a reason of this node's own; `nil` where it goes on trying.
    let localFailureLimit: Int?
    /// Told of every fault of a source.
    let onFault: @Sendable (String, SourceFault) async -> Void
    let logger: Logger

    private typealias Machine = RangeSync<String, SignedBeaconBlock>

    private enum Event: Sendable {
        case answer(Machine.Request, [Machine.Link]?)
        case imported(Int, BatchImport)
        case time(ContinuousClock.Instant)
    }

    public init(
        sources: [any BlockSource], importer: any BlockImporting, origin: BlockOrigin = .range,
        setting: RangeSyncSetting = RangeSyncSetting(), localFailureLimit: Int? = nil, logger: Logger,
        onFault: @escaping @Sendable (String, SourceFault) async -> Void = { _, _ in }
    ) {
        self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
        self.importer = importer
        self.origin = origin
        self.setting = setting
        self.localFailureLimit = localFailureLimit
        self.logger = logger
        self.onFault = onFault
    }

    /// Fetches and imports from `start` on to the latest of the heads, or to `end`.
    ///
    /// - Parameter heads: by the sources' names.
    /// - Returns: the slot of the last block.
    /// - Throws: `ChainSyncError` when every source was given up or too many imports failed, or `CancellationError`.
    @discardableResult
    public func run(from start: Slot, through end: Slot? = nil, heads: [String: Slot]) async throws -> Slot {
        var machine = Machine(start: start, end: end, setting: setting)
        for (name, head) in heads.sorted(by: { $0.key < $1.key }) where sources[name] != nil { machine.add(name, head: head) }
        let clock = ContinuousClock()
        let begun = clock.now
        func now() -> Double { (clock.now - begun) / .seconds(1) }
        return try await withThrowingTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            var alarm: ContinuousClock.Instant?
            var (lastFault, isUnrelated, localFailures): (String?, Bool, Int) = (nil, false, 0)
            while true {
                try Task.checkCancellation()
                for action in machine.next(now: now()) {
                    switch action {
                    case .request(let request):
                        group.addTask { await self.ask(request) }
                    case .importBatch(let index, let links):
                        group.addTask { .imported(index, await self.importAll(links)) }
                    case .fault(let source, let fault):
                        lastFault = "\(source): \(fault)"
                        isUnrelated = isUnrelated || fault == .unrelatedChain
                        logger.debug("\(source): \(fault)")
                        await onFault(source, fault)
                    case .drop(let source):
                        logger.warning("No more blocks are taken from \(source)")
                    case .finished(let head):
                        return head
                    }
                }
                guard !machine.isForsaken else {
                    let why = lastFault ?? "none is known"
                    // Once blocks from the start on linked, what is held is not at fault.
                    throw isUnrelated && machine.reached < machine.start ? ChainSyncError.unrelated(why) : .noSource(why)
                }
                if let deadline = machine.nextDeadline(after: now()).map({ begun + .seconds($0) }), alarm.map({ deadline < $0 }) ?? true {
                    alarm = deadline
                    group.addTask {
                        try? await clock.sleep(until: deadline)
                        return .time(deadline)
                    }
                }
                switch try await group.next() {
                case .answer(let request, let links?): machine.receive(links, for: request, now: now())
                case .answer(let request, nil): machine.fail(request, now: now())
                case .imported(let index, let result):
                    machine.imported(index, result, now: now())
                    if case .stopped(_, .local(let why)) = result {
                        localFailures += 1
                        guard localFailures < localFailureLimit ?? .max else { throw ChainSyncError.cannotImport("\(why)") }
                    } else {
                        localFailures = 0
                    }
                case .time(let rung): if alarm == rung { alarm = nil }
                case nil: throw ChainSyncError.noSource("nothing is left to wait for")
                }
            }
        }
    }

    private func ask(_ request: Machine.Request) async -> Event {
        guard let source = sources[request.source] else { return .answer(request, nil) }
        do {
            let blocks = try await source.blocks(in: request.slots)
            guard blocks.count <= request.slots.count else { return .answer(request, nil) }
            return .answer(request, blocks.map { ChainLink($0, importer.spec) })
        } catch {
            logger.debug("\(source.name) gives no blocks of slots \(request.slots): \(error)")
            return .answer(request, nil)
        }
    }

    private func importAll(_ links: [Machine.Link]) async -> BatchImport {
        for (index, link) in links.enumerated() {
            guard !Task.isCancelled else { return .stopped(at: index, .local("cancelled")) }
            if let fault = await importer.importBlock(link.block, from: origin).fault {
                logger.debug("block \(link.root.shortHex) of slot \(link.slot): \(fault)")
                return .stopped(at: index, fault)
            }
        }
        return .done
    }
}
