/// Which way a scan walks through the keys.
public enum ScanOrder: Sendable {
    case ascending
    case descending
}

/// What a scan does after an entry.
public enum ScanStep: Sendable {
    case next
    case stop
}

/// What both kinds of transaction can do: read one consistent snapshot of all tables.
///
/// Lend a transaction on as `borrowing some KeyValueReader & ~Copyable`.
public protocol KeyValueReader: ~Copyable {
    /// Calls `body` with the value of `key` in place, valid only during the call; `nil` when the key is absent.
    func withValue<R>(
        for key: some StoreBytes, in table: KeyValueStore.Table, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R?

    /// Walks the entries whose keys begin with `prefix`, in byte order of the keys.
    ///
    /// - Parameters:
    ///   - start: the first key to visit if present, else its neighbour in the direction of the walk.
    ///   - body: sees key and value, valid only during the call.
    func scan(
        _ table: KeyValueStore.Table, prefix: [UInt8], from start: [UInt8]?, order: ScanOrder,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> ScanStep
    ) throws

    /// The number of entries of `table`.
    func count(in table: KeyValueStore.Table) throws -> Int
}

extension KeyValueReader where Self: ~Copyable {
    /// A copy of the value of `key`, or `nil` when the key is absent.
    public func value(for key: some StoreBytes, in table: KeyValueStore.Table) throws -> [UInt8]? {
        try withValue(for: key, in: table) { [UInt8]($0) }
    }

    public func contains(_ key: some StoreBytes, in table: KeyValueStore.Table) throws -> Bool {
        try withValue(for: key, in: table) { _ in true } ?? false
    }

    /// Copies of the entries whose keys begin with `prefix`, at most `limit`.
    public func entries(
        in table: KeyValueStore.Table, prefix: [UInt8] = [], from start: [UInt8]? = nil, order: ScanOrder = .ascending,
        limit: Int = .max
    ) throws -> [(key: [UInt8], value: [UInt8])] {
        var result: [(key: [UInt8], value: [UInt8])] = []
        guard limit > 0 else { return result }
        try scan(table, prefix: prefix, from: start, order: order) { key, value in
            result.append(([UInt8](key), [UInt8](value)))
            return result.count < limit ? .next : .stop
        }
        return result
    }

    /// The entry with the smallest (`ascending`) or greatest (`descending`) key under `prefix`.
    public func first(
        in table: KeyValueStore.Table, prefix: [UInt8] = [], order: ScanOrder = .ascending
    ) throws -> (key: [UInt8], value: [UInt8])? {
        try entries(in: table, prefix: prefix, order: order, limit: 1).first
    }
}
