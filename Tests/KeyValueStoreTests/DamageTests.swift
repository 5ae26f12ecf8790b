import Foundation
import TestSupport
import Testing

@testable import KeyValueStore

private let table: KeyValueStore.Table = "t"

@Suite("Crashes and damage")
struct DamageTests {
    private func isCorrupt(_ error: KeyValueStoreError?) -> Bool {
        if case .corrupt = error { true } else { false }
    }

    private func makeStore(_ directory: TemporaryFolder) throws {
        let store = try KeyValueStore(directory: directory.path, tables: [table])
        try store.write { txn throws in
            for number in 0..<UInt64(200) { try txn.put([UInt8](repeating: 5, count: 1000), for: number, in: table) }
        }
        store.close()
    }

    @Test("a process killed inside a write keeps what was committed and loses only that write")
    func killed() async throws {
        let directory = TemporaryFolder()
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try KeyValueStore(directory: path, tables: ["t"])
            for round in 0..<UInt64(20) {
                try store.write { txn in try txn.put(round, for: "round", in: "t") }
            }
            try store.write { txn throws in
                try txn.put(UInt64(999), for: "round", in: "t")
                for number in 0..<UInt64(2000) { try txn.put([UInt8](repeating: 5, count: 1000), for: number, in: "t") }
                kill(getpid(), SIGKILL)
            }
        }
        let store = try KeyValueStore(directory: path, tables: [table])
        try store.read { txn throws in
            #expect(try txn.value(for: "round", in: table).flatMap { UInt64(storeBytes: $0) } == 19)
            #expect(try txn.count(in: table) == 1)
        }
        try store.write { txn in try txn.put([1], for: "after", in: table) }
    }

    @Test("overwritten meta pages are reported as damage")
    func overwritten() throws {
        let directory = TemporaryFolder()
        try makeStore(directory)
        let file = directory.path + "/data.mdb"
        var data = try Data(contentsOf: URL(fileURLWithPath: file))
        for index in 0..<8192 { data[index] = UInt8(truncatingIfNeeded: index &* 7 &+ 3) }
        try data.write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: KeyValueStoreError.self) { _ = try KeyValueStore(directory: directory.path, tables: [table]) }
        #expect(isCorrupt(error), "\(String(describing: error))")
    }

    @Test("a data file cut short is reported as damage, not read beyond its end")
    func truncated() throws {
        let directory = TemporaryFolder()
        try makeStore(directory)
        let file = directory.path + "/data.mdb"
        let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
        #expect(truncate(file, size / 2) == 0)
        let error = #expect(throws: KeyValueStoreError.self) { _ = try KeyValueStore(directory: directory.path, tables: [table]) }
        #expect(isCorrupt(error), "\(String(describing: error))")
        #expect(error?.description.contains("restore") == true)
    }

    @Test("a path that is a file, and an empty path, are refused with the path")
    func badPath() throws {
        let directory = TemporaryFolder()
        let file = directory.path("file")
        try Data("x".utf8).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: KeyValueStoreError.self) { _ = try KeyValueStore(directory: file + "/db", tables: []) }
        #expect(error?.description.contains(file) == true)
        #expect(throws: KeyValueStoreError.self) { _ = try KeyValueStore(directory: "", tables: []) }
    }
}
