import Primitives
import TestSupport
import Testing

@testable import KeyValueStore

private let table: KeyValueStore.Table = "t"

@Suite("Scans")
struct ScanTests {
    private func filled(_ keys: [[UInt8]]) throws -> (TemporaryFolder, KeyValueStore) {
        let directory = TemporaryFolder()
        var options = KeyValueStore.Options()
        options.durability = .unsynced
        let store = try KeyValueStore(directory: directory.path, tables: [table], options: options)
        try store.write { txn in for key in keys { try txn.put(key.reversed() as [UInt8], for: key, in: table) } }
        return (directory, store)
    }

    @Test("agree with a sorted array for random keys, prefixes, starts and directions")
    func againstSortedArray() throws {
        var generator = SeededGenerator(seed: 42)
        func randomKey(_ range: ClosedRange<Int>) -> [UInt8] {
            // A small alphabet with both extremes, so that prefixes collide and end in 0xff.
            (0..<Int.random(in: range, using: &generator)).map { _ in [0, 1, 0xfe, 0xff].randomElement(using: &generator) ?? 0 }
        }
        let keys = Set((0..<120).map { _ in randomKey(1...5) })
        let (directory, store) = try filled(Array(keys))
        defer { _ = directory }
        let sorted = keys.sorted { $0.lexicographicallyPrecedes($1) }
        for _ in 0..<400 {
            let prefix = randomKey(0...3)
            let start: [UInt8]? = Bool.random(using: &generator) ? randomKey(0...4) : nil
            let ascending = sorted.filter { key in key.starts(with: prefix) && (start.map { !key.lexicographicallyPrecedes($0) } ?? true) }
            let descending = sorted.reversed().filter { key in
                key.starts(with: prefix) && (start.map { !$0.lexicographicallyPrecedes(key) } ?? true)
            }
            try store.read { txn throws in
                #expect(try txn.entries(in: table, prefix: prefix, from: start).map(\.key) == ascending)
                // Descending from a start below the prefix has nothing to visit.
                #expect(try txn.entries(in: table, prefix: prefix, from: start, order: .descending).map(\.key) == descending)
            }
        }
    }

    @Test("numbers scan in numeric order; limit and first; removal by prefix")
    func numbers() throws {
        let (directory, store) = try filled([])
        defer { _ = directory }
        try store.write { txn throws in
            for number in [300, 2, 1, 1 << 40, 255, 256] as [UInt64] { try txn.put([UInt8(1)], for: number, in: table) }
        }
        try store.read { txn throws in
            let numbers = try txn.entries(in: table).compactMap { UInt64(storeBytes: $0.key) }
            #expect(numbers == [1, 2, 255, 256, 300, 1 << 40])
            #expect(try txn.entries(in: table, limit: 2).count == 2)
            #expect(try txn.entries(in: table, limit: 0).isEmpty)
            #expect(try txn.first(in: table, order: .descending).flatMap { UInt64(storeBytes: $0.key) } == 1 << 40)
        }
        let removed = try store.write { txn in try txn.removeAll(in: table, prefix: [0, 0, 0, 0]) }
        #expect(removed == 5)
        #expect(try store.write { txn in try txn.remove(UInt64(1 << 40), in: table) })
        #expect(try store.write { txn in try txn.remove(UInt64(1 << 40), in: table) } == false)
        #expect(try store.read { try $0.first(in: table) } == nil)
    }
}
