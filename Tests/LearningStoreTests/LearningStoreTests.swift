import Foundation
import KeyValueStore
import LearningStore
import LoRA
import ModelFiles
import Primitives
import TestSupport
import Testing
import UpdateLife

private let layout = LoRALayout(
    model: ModelConfiguration(
        architecture: .llama, vocabularySize: 10, hiddenSize: 8, intermediateSize: 12, layerCount: 1, headCount: 2,
        keyValueHeadCount: 1, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
        attentionBias: false, contextLength: 8))

private func hash(_ byte: UInt8) -> Hash32 { Hash32(repeatElement(byte, count: 32)) ?? .zero }

private func adapter(_ value: Float) throws -> LoRAAdapter {
    try LoRAAdapter(layout: layout, values: [Float](repeating: value, count: layout.valueCount))
}

/// A directory of its own, gone with the test.
private final class Scratch {
    private let folder = TemporaryFolder()
    var path: String { folder.path }

    func open() throws -> (database: KeyValueStore, store: LearningStore) {
        let database = try KeyValueStore(directory: path, tables: LearningStore.tables)
        return (database, LearningStore(database))
    }
}

@Suite struct LearningStoreTests {
    @Test func keepsEverythingOverARestart() throws {
        let scratch = Scratch()
        let adapter = try adapter(0.25)
        do {
            let (database, store) = try scratch.open()
            try store.put(adapter)
            try store.putLoss(bits: 0x3f80_0001, root: hash(9), tokens: 1 << 40, baseModel: hash(1), texts: hash(2), adapter: adapter.root)
            try store.put(candidate(7, [8, 9]))
            try store.putTrainerState([9, 8], name: "trainer")
            database.close()
        }
        let (database, store) = try scratch.open()
        #expect(try store.adapter(adapter.root, layout: layout) == adapter)
        for range in [0..<3, 2..<7, 0..<1 << 20, adapter.bytes.count..<adapter.bytes.count + 4, 1 << 30..<1 << 31] {
            let part = try store.adapterBytes(adapter.root, in: range)
            #expect(part?.total == adapter.bytes.count)
            #expect(part?.bytes == Array(adapter.bytes.dropFirst(range.lowerBound).prefix(range.count)))
        }
        #expect(try store.adapterBytes(hash(7), in: 0..<4) == nil)
        let loss = try store.loss(baseModel: hash(1), texts: hash(2), adapter: adapter.root)
        #expect(loss?.bits == 0x3f80_0001)
        #expect(loss?.tokens == 1 << 40)
        #expect(loss?.root == hash(9))
        for id in [hash(7), hash(8), hash(9)] { #expect(try store.record(id) == candidate(7, [8, 9])) }
        #expect(try store.record(of: hash(8)) == nil)
        #expect(try store.trainerState("trainer") == [9, 8])
        database.close()
    }

    @Test func saysNothingOfWhatItLacks() throws {
        let scratch = Scratch()
        let (database, store) = try scratch.open()
        #expect(try store.adapter(.zero, layout: layout) == nil)
        #expect(try store.adapterRoots().isEmpty)
        #expect(try store.loss(baseModel: .zero, texts: .zero, adapter: .zero) == nil)
        #expect(try store.record(.zero) == nil)
        #expect(try store.latestRecords(limit: 5).isEmpty)
        #expect(try store.trainerState("trainer") == nil)
        try store.putLoss(bits: 1, root: hash(9), tokens: 1, baseModel: hash(1), texts: hash(2), adapter: hash(3))
        // Each part of the key counts.
        #expect(try store.loss(baseModel: hash(2), texts: hash(1), adapter: hash(3)) == nil)
        #expect(try store.loss(baseModel: hash(1), texts: hash(2), adapter: hash(4)) == nil)
        database.close()
    }

    @Test func listsTheJournalNewestFirst() throws {
        let scratch = Scratch()
        let (database, store) = try scratch.open()
        for number in 0..<UInt8(200) { try store.put(file(number)) }
        #expect(try store.latestRecords(limit: 3).map(\.id) == [hash(199), hash(198), hash(197)])
        // A known update keeps its place.
        var known = file(198)
        known.apply(.fetched(FileFacts(bytes: 9)))
        try store.put(known)
        #expect(try store.latestRecords(limit: 3) == [file(199), known, file(197)])
        #expect(try store.latestRecords(limit: 1000).count == 200)
        database.close()
    }

    @Test func aFileLeadsToTheNewestCandidateThatTookItUp() throws {
        let scratch = Scratch()
        let (database, store) = try scratch.open()
        for number in [1, 2] as [UInt8] { try store.put(file(number)) }
        #expect(try store.record(hash(1)) == file(1))
        // A manifest alone says nothing of its files.
        var candidate = UpdateRecord(id: hash(7))
        candidate.apply(.proposed(facts([1]), VoteSeats(members: 3, quorum: 2)))
        try store.put(candidate)
        #expect(try store.record(hash(1)) == file(1))
        candidate.apply(.judged(Judgement(lossBefore: 2, lossAfter: 1, adapter: hash(9), seconds: 0)))
        try store.put(candidate)
        #expect(try store.record(hash(1)) == candidate)
        #expect(try store.record(of: hash(1)) == file(1))
        // What is said of the file later changes nothing of that, nor does an older candidate.
        var again = file(1)
        again.apply(.refused(RefusedUpdate(.copy, "a copy")))
        try store.put(again)
        #expect(try store.record(hash(1)) == candidate)
        try store.put(self.candidate(8, [1, 2]))
        try store.put(candidate)
        #expect(try store.record(hash(1))?.id == hash(8))
        #expect(try store.record(hash(2))?.id == hash(8))
        // Two nodes proposed the file: what the chain took counts, whatever is said of the other later.
        candidate.apply(.included(Inclusion(block: hash(5), slot: 3, executionBlock: hash(6))))
        try store.put(candidate)
        try store.put(self.candidate(8, [1, 2]))
        try store.put(self.candidate(10, [1]))
        #expect(try store.record(hash(1)) == candidate)
        #expect(try store.record(hash(2))?.id == hash(8))
        database.close()
    }

    /// Entries of the first form stay readable, and are written anew with the next event.
    @Test func readsTheFirstFormOfTheJournal() throws {
        let scratch = Scratch()
        let (database, store) = try scratch.open()
        let text = """
            {"updateID":"\(hash(7).hex)","inputs":["\(hash(8).hex)"],"status":"STATUS","bytes":140000,"acks":4,"committee":6,"quorum":3,
            "slot":17,"lossBefore":2.5,"lossAfter":2,"lossBeforeBits":1075838976,"lossAfterBits":1073741824,"codec":"sign1bit",
            "blockRoot":"\(hash(3).hex)","blockSlot":18,"executionBlockHash":"\(hash(4).hex)","adapterRoot":"\(hash(5).hex)",
            "parentAdapterRoot":"\(hash(6).hex)","gateSeconds":1.5,"trainer":"12D3","reason":"why"}
            """
        func write(_ text: String) throws {
            try database.write { txn in
                let number = [UInt8](repeating: 0, count: 8)
                try txn.put(Array(text.utf8), for: number, in: "journal")
                for id in [hash(7), hash(8)] { try txn.put(number, for: id, in: "journal_files") }
            }
        }
        try write(text.replacingOccurrences(of: "STATUS", with: "finalized"))
        let record = try #require(try store.record(hash(8)))
        #expect(record.stage == .finalised && record.id == hash(7) && record.inputs == [hash(8)] && record.slot == 17)
        #expect(record.inclusion == Inclusion(block: hash(3), slot: 18, executionBlock: hash(4)))
        #expect(record.judgement?.adapter == hash(5) && record.judgement?.lossAfter == Float(2).bitPattern)
        #expect(record.votes == 4 && record.seats == VoteSeats(members: 6, quorum: 3))
        #expect(try store.record(of: hash(7)) == record)
        try store.put(record)
        #expect(try store.latestRecords(limit: 9) == [record])
        try write(text.replacingOccurrences(of: "STATUS", with: "expired").replacingOccurrences(of: "\"blockRoot\"", with: "\"other\""))
        #expect(try store.record(hash(8))?.stage == .expired("why"))
        try write("rubbish")
        #expect(try store.record(hash(8)) == nil)
        database.close()
    }

    private func file(_ number: UInt8) -> UpdateRecord {
        var record = UpdateRecord(id: hash(number))
        record.apply(.announced(FileFacts(bytes: 7, parent: hash(200))))
        return record
    }

    private func facts(_ files: [UInt8]) -> CandidateFacts {
        CandidateFacts(
            slot: 3, parent: hash(200), inputs: files.map(hash), considered: files.map { ConsideredFile(id: hash($0), isSelected: true) })
    }

    private func candidate(_ number: UInt8, _ files: [UInt8]) -> UpdateRecord {
        var record = UpdateRecord(id: hash(number))
        record.apply(.named(facts(files)))
        record.apply(.certified(votes: 2, VoteSeats(members: 3, quorum: 2)))
        return record
    }

    @Test func forgetsAllAdaptersButThoseKept() throws {
        let scratch = Scratch()
        let (database, store) = try scratch.open()
        let adapters = try (0..<5).map { try adapter(Float($0)) }
        for adapter in adapters { try store.put(adapter) }
        try store.keepOnly([adapters[1].root, adapters[4].root, hash(3)])
        #expect(try Set(store.adapterRoots()) == [adapters[1].root, adapters[4].root])
        #expect(try store.adapter(adapters[0].root, layout: layout) == nil)
        database.close()
    }

    @Test func noticesDamage() throws {
        let scratch = Scratch()
        let (database, store) = try scratch.open()
        let adapter = try adapter(1)
        try store.put(adapter)
        for damage in [[], [1, 2], adapter.bytes.dropLast() + [0x77]] as [[UInt8]] {
            try database.write { try $0.put(damage, for: adapter.root, in: "adapters") }
            #expect(throws: LearningStoreError.damagedAdapter(adapter.root)) { try store.adapter(adapter.root, layout: layout) }
        }
        database.close()
    }
}
