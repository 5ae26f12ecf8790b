public import LearningStore
public import Logging
public import Primitives
public import ServiceInterfaces
public import UpdateJudgement
public import UpdateLife

/// What became of each update: the only writer of an update's life. Everybody else tells it events and hears transitions.
public actor UpdateLedger {
    private let store: LearningStore
    private let logger: Logger
    private var broadcast = Broadcast<UpdateTransition>()
    private var refused: [UpdateRefusal: Int] = [:]

    public init(store: LearningStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// How many updates were refused since the start, by kind.
    public func refusals() -> [UpdateRefusal: Int] { refused }

    /// Every file that the journal knows to be named by a block of the canonical chain.
    public func filesInBlocks() throws -> Set<Hash32> {
        try store.latestRecords(limit: .max).reduce(into: []) { $0.formUnion($1.filesInBlock) }
    }

    /// Which update led to which adapter, by the whole journal.
    public func lineage() throws -> AdapterLineage { AdapterLineage(try store.latestRecords(limit: .max).reversed()) }

    /// Ends every stream of transitions.
    public func finish() { broadcast.finish() }
}

extension UpdateLedger: UpdateRecords {
    @discardableResult
    public func apply(_ event: UpdateEvent, to id: Hash32) -> UpdateRecord {
        let known = record(of: id)
        var record = known ?? UpdateRecord(id: id)
        record.apply(event)
        guard record != known else { return record }
        do {
            try store.put(record)
        } catch {
            logger.error("cannot write the update journal: \(error)")
        }
        if case .refused(let reason) = event, known?.refusal?.kind != reason.kind { refused[reason.kind, default: 0] += 1 }
        broadcast.send(UpdateTransition(from: known?.stage, record: record))
        return record
    }

    public func record(_ id: Hash32) -> UpdateRecord? { try? store.record(id) }

    public func record(of id: Hash32) -> UpdateRecord? { try? store.record(of: id) }

    public func latest(_ limit: Int) -> [UpdateRecord] {
        let records = (try? store.latestRecords(limit: max(0, min(limit, 1000)))) ?? []
        return records.filter { !$0.isFile || record($0.id)?.id == $0.id }
    }

    public func transitions() -> AsyncStream<UpdateTransition> { broadcast.subscribe() }
}
