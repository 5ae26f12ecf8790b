import DHTDaemon
import Foundation
import KeyValueStore
import LearningStore
import LoRA
import Primitives
import ServiceInterfaces
import Testing
import UpdateAudit

@Suite struct NodeRecordsTests {
    /// Reads what a node wrote. (One process must not open an LMDB database twice: the node's is closed first.)
    @Test func readsWhatTheNodeWrote() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polai-records-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: KeyValueStoreError.self) { try NodeRecords(datadir: folder) }
        let fixture = try Fixture()
        let adapter = try LoRAAdapter(layout: fixture.layout, values: .init(repeating: 0.5, count: fixture.layout.valueCount))
        let database = try KeyValueStore(directory: "\(folder)/chain_data/learning", tables: LearningStore.tables)
        let content = try KeyValueStore(directory: "\(folder)/dht_db", tables: DHTDaemon.tables)
        let store = LearningStore(database)
        try store.put(adapter)
        let id = SHA256.hash([9])
        for (index, status) in [UpdateStatus.finalized, .rejected].enumerated() {
            var summary = UpdateSummary(updateID: SHA256.hash([UInt8(index)]).hex, inputs: [id.hex], status: status, bytes: 9)
            summary.adapterRoot = index == 0 ? adapter.root.hex : Hash32.zero.hex
            try store.putJournal(id: SHA256.hash([UInt8(index)]), files: [id], entry: Array(JSONEncoder().encode(summary)))
        }
        try store.putTrainerState(
            [0, 0, 0, 0, 0, 0, 1, 2] + LoRADelta(layout: fixture.layout, values: adapter.values).bytes, name: "local")
        let blob: [UInt8] = [1, 2, 3]
        try content.write { txn in try txn.put(blob, for: SHA256.hash(blob), in: "blobs") }

        database.close()
        content.close()
        let records = try NodeRecords(datadir: folder)
        #expect(try records.adapter(nil, layout: fixture.layout) == adapter)
        #expect(try records.adapter(fixture.zero.root, layout: fixture.layout) == fixture.zero)
        #expect(try records.adapter(.zero, layout: fixture.layout) == nil)
        #expect(try records.summary(id)?.status == .rejected)
        #expect(try records.file(SHA256.hash(blob)) == blob)
        #expect(try records.file(.zero) == nil)
        let trainers = try records.trainers(layout: fixture.layout)
        #expect(trainers.map(\.name) == ["local"])
        #expect(trainers.first?.round == 258 && trainers.first?.residual.values == adapter.values)
    }
}
