/// Judges the records of one namespace, as every node of the network does before it stores or forwards one.
public protocol RecordValidator: Sendable {
    /// Refuses a record that is not what its key says, or that lives too long.
    func validate(_ record: DHTRecord, now: Double) async throws
    /// The position of the record to keep of several valid ones under one key; of equals the first.
    ///
    /// - Parameter records: at least one.
    func select(_ records: [DHTRecord]) -> Int
}

/// A family of records: the keys that begin with a prefix, and who judges them.
public struct RecordNamespace: Sendable {
    public let prefix: [UInt8]
    public let validator: any RecordValidator

    public init(_ prefix: String, _ validator: any RecordValidator) {
        self.prefix = Array(prefix.utf8)
        self.validator = validator
    }
}

extension [RecordNamespace] {
    /// Who judges a key: of the namespaces that fit the one with the longest prefix.
    public func validator(of key: RecordKey) throws(RoutingError) -> any RecordValidator {
        let fitting = filter { key.bytes.starts(with: $0.prefix) }
        guard let best = fitting.max(by: { $0.prefix.count < $1.prefix.count }) else { throw .unknownNamespace(key) }
        return best.validator
    }
}
