import Synchronization

/// Records in memory under rules that need to wait for nothing.
public final class MemoryVault: RecordVault {
    private let store: Mutex<RecordStore>
    private let rules: RecordNamespaces
    private let now: @Sendable () -> UInt64

    public init(_ rules: RecordNamespaces = RecordNamespaces(), limits: RecordStore.Limits = .init(), now: @escaping @Sendable () -> UInt64)
    {
        (self.rules, self.now) = (rules, now)
        store = Mutex(RecordStore(limits: limits))
    }

    public var count: Int { store.withLock { $0.count } }

    /// Whether a record under `key` would be judged here.
    public func judges(_ key: [UInt8]) -> Bool { rules.rules(of: key) != nil }

    public func expire() { store.withLock { $0.expire(now: now()) } }

    public func get(_ key: [UInt8]) -> KademliaMessage.Record? {
        let entry = store.withLock { $0.get(key, now: now()) }
        guard let value = entry?.value, (try? rules.validate(key, value)) != nil else { return nil }
        return KademliaMessage.Record(key: key, value: value)
    }

    public func put(_ record: KademliaMessage.Record) throws -> Bool {
        try store.withLock { try $0.put(record.key, record.value, rules: rules, now: now()) }
    }

    public func validate(_ record: KademliaMessage.Record) throws { try rules.validate(record.key, record.value) }

    public func select(_ records: [KademliaMessage.Record]) -> Int? {
        guard let key = records.first?.key, let best = rules.best(key, records.map(\.value)) else { return nil }
        return records.firstIndex { $0.value == best }
    }
}
