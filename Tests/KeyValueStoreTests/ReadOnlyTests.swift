import Foundation
import TestSupport
import Testing

@testable import KeyValueStore

private let table: KeyValueStore.Table = "t"

@Suite("Reading beside the owner")
struct ReadOnlyTests {
    @Test("another process sees committed values and cannot write")
    func reads() async throws {
        let directory = TemporaryFolder()
        let store = try KeyValueStore(directory: directory.path, tables: [table])
        try store.write { txn in try txn.put([1, 2], for: "key", in: table) }
        await #expect(processExitsWith: .success) { [path = directory.path as String] in
            let reader = try KeyValueStore(reading: path, tables: ["t"])
            let value = try reader.read { txn in try txn.value(for: "key", in: "t") }
            guard value == [1, 2] else { exit(2) }
            do {
                try reader.write { txn in try txn.put([3], for: "key", in: "t") }
                exit(3)
            } catch KeyValueStoreError.readOnly {}
            guard (try? KeyValueStore(reading: path, tables: ["u"])) == nil else { exit(4) }
        }
        try store.write { txn in try txn.put([4], for: "key", in: table) }
    }

    @Test("an absent directory is an error and is not made")
    func absent() {
        let directory = TemporaryFolder()
        let path = directory.path + "/none"
        #expect(throws: KeyValueStoreError.self) { try KeyValueStore(reading: path, tables: [table]) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
