public import Primitives
public import ServiceInterfaces
public import UpdateLife

/// What became of updates, in memory.
public actor MemoryLedger: UpdateRecords {
    private var order: [Hash32] = []
    private var records: [Hash32: UpdateRecord] = [:]
    /// Everything that was told, in order.
    public private(set) var events: [UpdateEvent] = []
    private var broadcast = Broadcast<UpdateTransition>()

    public init() {}

    @discardableResult
    public func apply(_ event: UpdateEvent, to id: Hash32) -> UpdateRecord {
        events.append(event)
        let known = records[id]
        if known == nil { order.append(id) }
        var record = known ?? UpdateRecord(id: id)
        record.apply(event)
        records[id] = record
        broadcast.send(UpdateTransition(from: known?.stage, record: record))
        return record
    }

    public func record(_ id: Hash32) -> UpdateRecord? {
        order.last { records[$0]?.takesFiles == true && records[$0]?.inputs.contains(id) == true }.flatMap { records[$0] } ?? records[id]
    }

    public func record(of id: Hash32) -> UpdateRecord? { records[id] }

    public func latest(_ limit: Int) -> [UpdateRecord] {
        order.reversed().compactMap { records[$0] }.filter { !$0.isFile || record($0.id)?.id == $0.id }.prefix(limit).map { $0 }
    }

    public func transitions() -> AsyncStream<UpdateTransition> { broadcast.subscribe() }

    /// As a door shows it.
    public func summary(_ id: Hash32) -> UpdateSummary? { record(id).map { UpdateSummary($0) } }
}
