import ContentShelves
import Foundation
import KeyValueStore
import LearningStore
import LoRA
import Primitives
import ServiceInterfaces
import Testing
import UpdateAudit
import UpdateCodec
import UpdateLife

@Suite struct NodeRecordsTests {
    /// Reads what a node wrote. (One process must not open an LMDB database twice: the node's is closed first.)
    @Test func readsWhatTheNodeWrote() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polai-records-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: KeyValueStoreError.self) { try NodeRecords(datadir: folder) }
        let fixture = try Fixture()
        let adapter = try LoRAAdapter(layout: fixture.layout, values: .init(repeating: 0.5, count: fixture.layout.valueCount))
        let database = try KeyValueStore(directory: "\(folder)/chain_data/learning", tables: LearningStore.tables)
        let content = try KeyValueStore(directory: "\(folder)/dht_db", tables: BlobShelf.tables)
        let store = LearningStore(database)
        try store.put(adapter)
        let id = SHA256.hash([9])
        for (index, status) in [UpdateStatus.finalized, .rejected].enumerated() {
            var record = UpdateRecord(id: SHA256.hash([UInt8(index)]))
            record.apply(.named(CandidateFacts(slot: 1, parent: .zero, inputs: [id], considered: [])))
            let root = index == 0 ? adapter.root : .zero
            record.apply(.judged(Judgement(lossBefore: 2, lossAfter: 1, adapter: root, seconds: 0)))
            record.apply(status == .finalized ? .finalised : .refused(RefusedUpdate(.gate, "no")))
            try store.put(record)
        }
        try store.putTrainerState(
            [0, 0, 0, 0, 0, 0, 1, 2] + LoRADelta(layout: fixture.layout, values: adapter.values).bytes, name: "local")
        let blob: [UInt8] = [1, 2, 3]
        _ = try BlobShelf(store: content, limit: UpdateFile.maximumSize).put(blob, now: 0)

        database.close()
        content.close()
        let records = try NodeRecords(datadir: folder)
        #expect(try records.adapter(nil, layout: fixture.layout) == adapter)
        #expect(try records.adapter(fixture.zero.root, layout: fixture.layout) == fixture.zero)
        #expect(try records.adapter(.zero, layout: fixture.layout) == nil)
        #expect(try records.summary(id)?.status == .invalid)
        #expect(try records.file(SHA256.hash(blob)) == blob)
        #expect(try records.file(.zero) == nil)
        let trainers = try records.trainers(layout: fixture.layout)
        #expect(trainers.map(\.name) == ["local"])
        #expect(trainers.first?.round == 258 && trainers.first?.residual.values == adapter.values)
    }
}
