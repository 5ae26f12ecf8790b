import ContentRouting
import Foundation
import KeyValueStore
import TestSupport
import Testing

@testable import ContentShelves

/// Takes whatever has not expired; the larger value is the better one.
private struct Larger: RecordValidator {
    func validate(_ record: DHTRecord, now: Double) throws {
        guard record.expires > now else { throw RoutingError.expired }
    }
    func select(_ records: [DHTRecord]) -> Int {
        records.indices.reduce(0) { records[$0].value.lexicographicallyPrecedes(records[$1].value) ? $1 : $0 }
    }
}

@Suite("Records on the shelf")
struct RecordShelfTests {
    private let folder = TemporaryFolder()

    private func shelf(limit: Int = 100) throws -> RecordShelf {
        return RecordShelf(
            store: try KeyValueStore(directory: folder.path(UUID().uuidString), tables: RecordShelf.tables),
            namespaces: [RecordNamespace("", Larger())], limit: limit)
    }

    @Test("keys of bytes and subkeys are told apart, and asked for in one call")
    func keys() async throws {
        let shelf = try shelf()
        let keys = [
            RecordKey([1, 2]), RecordKey([1, 2], subkey: []), RecordKey([1], subkey: [2]), RecordKey([1, 2], subkey: [3]),
            RecordKey([1, 2, 3]),
            RecordKey([0xff]), RecordKey([UInt8](repeating: 7, count: 1000), subkey: [UInt8](repeating: 8, count: 24)),
        ]
        for (index, key) in keys.enumerated() {
            try await shelf.put(DHTRecord(key: key, value: [UInt8(index)], expires: 10), now: 0)
        }
        let found = try shelf.get(keys + [RecordKey([9])], now: 1)
        #expect(found.count == keys.count)
        for (index, key) in keys.enumerated() { #expect(found[key]?.value == [UInt8(index)]) }
        #expect(try shelf.get(keys, now: 10).isEmpty)
    }

    @Test("the validator's choice stays")
    func selection() async throws {
        let shelf = try shelf()
        let key = RecordKey([1])
        try await shelf.put(DHTRecord(key: key, value: [5], expires: 10), now: 0)
        await #expect(throws: RoutingError.superseded) { try await shelf.put(DHTRecord(key: key, value: [4], expires: 10), now: 0) }
        try await shelf.put(DHTRecord(key: key, value: [6], expires: 10), now: 0)
        #expect(try shelf.get([key], now: 0)[key]?.value == [6])
    }
}
