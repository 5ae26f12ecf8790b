import Foundation
import Primitives
import TestSupport
import Testing

@testable import KeyValueStore

private let table: KeyValueStore.Table = "t"
private let other: KeyValueStore.Table = "other"

private func open(_ directory: TemporaryFolder, map: Int = 16 << 20, maximum: Int = 1 << 40) throws -> KeyValueStore {
    var options = KeyValueStore.Options()
    options.initialMapSize = map
    options.maximumMapSize = maximum
    options.durability = .unsynced
    return try KeyValueStore(directory: directory.path, tables: [table, other], options: options)
}

@Suite("Key-value store")
struct KeyValueStoreTests {
    @Test("values come back, also after reopening")
    func roundTrip() throws {
        let directory = TemporaryFolder()
        let key = try #require(Hash32([UInt8](0..<32)))
        do {
            let store = try open(directory)
            try store.write { txn throws in
                try txn.put([1, 2, 3], for: key, in: table)
                try txn.put([UInt8](), for: "empty", in: table)
                try txn.put(key, for: UInt64(7), in: other)
                #expect(try txn.value(for: key, in: table) == [1, 2, 3])
            }
            store.close()
        }
        let store = try open(directory)
        try store.read { txn throws in
            #expect(try txn.value(for: key, in: table) == [1, 2, 3])
            #expect(try txn.value(for: "empty", in: table) == [])
            #expect(try txn.value(for: UInt64(7), in: other) == key.bytes)
            #expect(try txn.value(for: "absent", in: table) == nil)
            #expect(try txn.contains("empty", in: table))
            #expect(try txn.count(in: table) == 2)
        }
    }

    @Test("a write that throws leaves nothing behind, in any table")
    func atomic() throws {
        struct Stop: Error {}
        let directory = TemporaryFolder()
        let store = try open(directory)
        try store.write { txn in try txn.put([1], for: "a", in: table) }
        #expect(throws: Stop.self) {
            try store.write { txn throws in
                try txn.put([2], for: "a", in: table)
                try txn.put([3], for: "b", in: other)
                throw Stop()
            }
        }
        try store.read { txn throws in
            #expect(try txn.value(for: "a", in: table) == [1])
            #expect(try txn.count(in: other) == 0)
        }
    }

    @Test("a reader keeps its snapshot while a writer commits")
    func snapshot() throws {
        let directory = TemporaryFolder()
        let store = try open(directory)
        try store.write { txn in try txn.put([1], for: "a", in: table) }
        try store.read { reader throws in
            // Far from the map's end, so this write need not wait for the snapshot to close.
            try store.write { txn in try txn.put([2], for: "a", in: table) }
            #expect(try reader.value(for: "a", in: table) == [1])
        }
        #expect(try store.read { try $0.value(for: "a", in: table) } == [2])
    }

    @Test("the map grows by itself and the transaction that met its end is repeated whole")
    func growth() throws {
        let directory = TemporaryFolder()
        let store = try open(directory, map: 256 << 10)
        let value = [UInt8](repeating: 0xab, count: 10_000)
        var attempts = 0
        try store.write { txn throws in
            attempts += 1
            for number in 0..<UInt64(500) { try txn.put(value, for: number, in: table) }
        }
        #expect(attempts > 1)
        #expect(try store.read { try $0.count(in: table) } == 500)
    }

    @Test("a swallowed map-full error still repeats the transaction")
    func growthSwallowed() throws {
        let directory = TemporaryFolder()
        let store = try open(directory, map: 256 << 10)
        let value = [UInt8](repeating: 1, count: 10_000)
        try store.write { txn throws in
            for number in 0..<UInt64(100) { try? txn.put(value, for: number, in: table) }
        }
        #expect(try store.read { try $0.count(in: table) } == 100)
    }

    @Test("the configured limit is a clear error, and the old content stays")
    func limit() throws {
        let directory = TemporaryFolder()
        let store = try open(directory, map: 256 << 10, maximum: 512 << 10)
        try store.write { txn in try txn.put([9], for: "kept", in: table) }
        #expect(throws: KeyValueStoreError.mapLimitReached(directory: directory.path, bytes: 512 << 10)) {
            try store.write { txn throws in
                for number in 0..<UInt64(100) { try txn.put([UInt8](repeating: 1, count: 10_000), for: number, in: table) }
            }
        }
        #expect(try store.read { try $0.value(for: "kept", in: table) } == [9])
    }

    @Test("a second opener is told who has the database")
    func exclusive() throws {
        let directory = TemporaryFolder()
        let store = try open(directory)
        let error = #expect(throws: KeyValueStoreError.self) { _ = try open(directory) }
        #expect(error == .inUse(directory: directory.path, processID: getpid()))
        #expect(error?.description.contains("in use by another polai process") == true)
        store.close()
        _ = try open(directory)
    }

    @Test("after close every call says so")
    func closed() throws {
        let directory = TemporaryFolder()
        let store = try open(directory)
        store.close()
        #expect(throws: KeyValueStoreError.closed(directory: directory.path)) { try store.read { _ in } }
        #expect(throws: KeyValueStoreError.closed(directory: directory.path)) { try store.write { _ in } }
    }

    @Test("bad keys, unknown tables and nested writes are refused")
    func misuse() throws {
        let directory = TemporaryFolder()
        let store = try open(directory)
        _ = try store.write { txn throws in
            #expect(throws: KeyValueStoreError.badKey(count: 0)) { try txn.put([1], for: [UInt8](), in: table) }
        }
        let long = [UInt8](repeating: 1, count: 512)
        #expect(throws: KeyValueStoreError.badKey(count: 512)) { try store.read { try $0.value(for: long, in: table) } }
        #expect(throws: KeyValueStoreError.unknownTable("nope")) { try store.read { try $0.count(in: "nope") } }
        _ = try store.write { _ in
            #expect(throws: KeyValueStoreError.nestedWrite) { try store.write { _ in } }
        }
    }

    @Test("many readers and writers at once")
    func concurrent() async throws {
        let directory = TemporaryFolder()
        let store = try open(directory, map: 512 << 10)
        try store.write { txn in try txn.put(UInt64(0), for: "n", in: table) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for step in 0..<50 {
                        try store.write { txn throws in
                            let old = try txn.value(for: "n", in: table).flatMap { UInt64(storeBytes: $0) } ?? 0
                            try txn.put(old + 1, for: "n", in: table)
                            try txn.put([UInt8](repeating: 7, count: 4000), for: UInt64(worker * 1000 + step), in: other)
                        }
                        try store.read { txn throws in
                            let number = try txn.value(for: "n", in: table).flatMap { UInt64(storeBytes: $0) }
                            #expect(number.map(Int.init) == (try txn.count(in: other)))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.read { try $0.value(for: "n", in: table) } == [0, 0, 0, 0, 0, 0, 0, 200])
    }
}
