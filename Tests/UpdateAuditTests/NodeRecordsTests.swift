import LossGate
import ContentShelves
import Foundation
import KeyValueStore
import LearningStore
import LoRA
import Primitives
import ServiceInterfaces
import TestSupport
import Testing
import TinyModels
import UpdateAudit
import UpdateCodec
import UpdateJudgement
import UpdateLife

@Suite struct NodeRecordsTests {
    /// Reads what a node wrote. (One process must not open an LMDB database twice: the node's is closed first.)
    @Test func readsWhatTheNodeWrote() throws {
        let scratch = TemporaryFolder()
        let folder = scratch.path
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
        #expect(try records.adapter(nil, layout: fixture.layout, baseModelRoot: TinyModel.root) == adapter)
        #expect(try records.adapter(fixture.zero.root, layout: fixture.layout, baseModelRoot: TinyModel.root) == fixture.zero)
        #expect(try records.adapter(.zero, layout: fixture.layout, baseModelRoot: TinyModel.root) == nil)
        // Of two candidates with one file the chain's counts.
        #expect(try records.summary(id)?.status == .finalized)
        #expect(try records.summary(SHA256.hash([1]))?.status == .invalid)
        #expect(try records.file(SHA256.hash(blob)) == blob)
        #expect(try records.file(.zero) == nil)
        let trainers = try records.trainers(layout: fixture.layout)
        #expect(trainers.map(\.name) == ["local"])
        #expect(trainers.first?.round == 258 && trainers.first?.residual.values == adapter.values)
    }

    /// The node has dropped an update's parent; made anew of the files, it gives the same verdict.
    @Test func judgesAnOldUpdateOnAnAdapterMadeAnew() throws {
        let scratch = TemporaryFolder()
        let folder = scratch.path
        let fixture = try Fixture()
        let change = try fixture.usefulChange()
        var (parents, files) = ([fixture.zero], [UpdateFile]())
        for share in [Float](arrayLiteral: 0.5, 0.3, 0.2) {
            let parent = try #require(parents.last)
            let file = try fixture.file(change.map { $0 * share }, metadata: fixture.metadata(parent: parent))
            parents.append(try parent.adding(file.delta(layout: fixture.layout)))
            files.append(file)
        }
        let database = try KeyValueStore(directory: "\(folder)/chain_data/learning", tables: LearningStore.tables)
        let content = try KeyValueStore(directory: "\(folder)/dht_db", tables: BlobShelf.tables)
        let store = LearningStore(database)
        for (index, file) in files.enumerated() {
            var record = UpdateRecord(id: SHA256.hash([UInt8(index)]))
            record.apply(
                .named(
                    CandidateFacts(
                        slot: 1, parent: parents[index].root, inputs: [file.id],
                        considered: [ConsideredFile(id: file.id, isSelected: true)], adapter: parents[index + 1].root)))
            record.apply(.finalised)
            try store.put(record)
            // The last file is gone.
            if index < 2 { _ = try BlobShelf(store: content, limit: UpdateFile.maximumSize).put(file.bytes, now: 0) }
        }
        database.close()
        content.close()
        let records = try NodeRecords(datadir: folder)
        func adapter(_ index: Int) throws -> LoRAAdapter? {
            try records.adapter(parents[index].root, layout: fixture.layout, baseModelRoot: TinyModel.root)
        }
        for index in 0...2 {
            let parent = try #require(try adapter(index))
            #expect(parent == parents[index])
            let report = try fixture.trial.judge(files[index].bytes, parent: parent)
            let original = try fixture.trial.judge(files[index].bytes, parent: parents[index])
            #expect(report.verdict == original.verdict && report.adapterRoot == parents[index + 1].root)
            #expect(report.before?.lossBits == original.before?.lossBits && report.after?.lossBits == original.after?.lossBits)
        }
        #expect(throws: AdapterRebuildError.missingFile(files[2].id, update: SHA256.hash([2]))) { try adapter(3) }
    }
}
