import Foundation
import KeyValueStore
import LearningStore
import LoRA
import ModelFiles
import Primitives
import Testing

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
    let path = FileManager.default.temporaryDirectory.appending(path: "learning-store-\(UUID().uuidString)").path
    deinit { try? FileManager.default.removeItem(atPath: path) }

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
            try store.putLoss(bits: 0x3f80_0001, tokens: 1 << 40, baseModel: hash(1), texts: hash(2), adapter: adapter.root)
            try store.putJournal(id: hash(7), files: [hash(8), hash(9)], entry: [1, 2, 3])
            try store.putTrainerState([9, 8], name: "trainer")
            database.close()
        }
        let (database, store) = try scratch.open()
        #expect(try store.adapter(adapter.root, layout: layout) == adapter)
        let loss = try store.loss(baseModel: hash(1), texts: hash(2), adapter: adapter.root)
        #expect(loss?.bits == 0x3f80_0001)
        #expect(loss?.tokens == 1 << 40)
        for id in [hash(7), hash(8), hash(9)] { #expect(try store.journal(id) == [1, 2, 3]) }
        #expect(try store.trainerState("trainer") == [9, 8])
        database.close()
    }

    @Test func saysNothingOfWhatItLacks() throws {
        let scratch = Scratch()
        let (database, store) = try scratch.open()
        #expect(try store.adapter(.zero, layout: layout) == nil)
        #expect(try store.adapterRoots().isEmpty)
        #expect(try store.loss(baseModel: .zero, texts: .zero, adapter: .zero) == nil)
        #expect(try store.journal(.zero) == nil)
        #expect(try store.latestJournal(limit: 5).isEmpty)
        #expect(try store.trainerState("trainer") == nil)
        try store.putLoss(bits: 1, tokens: 1, baseModel: hash(1), texts: hash(2), adapter: hash(3))
        // Each part of the key counts.
        #expect(try store.loss(baseModel: hash(2), texts: hash(1), adapter: hash(3)) == nil)
        #expect(try store.loss(baseModel: hash(1), texts: hash(2), adapter: hash(4)) == nil)
        database.close()
    }

    @Test func listsTheJournalNewestFirst() throws {
        let scratch = Scratch()
        let (database, store) = try scratch.open()
        for number in 0..<UInt8(200) { try store.putJournal(id: hash(number), files: [], entry: [number]) }
        #expect(try store.latestJournal(limit: 3) == [[199], [198], [197]])
        // A known update keeps its place.
        try store.putJournal(id: hash(198), files: [hash(250)], entry: [0])
        #expect(try store.latestJournal(limit: 3) == [[199], [0], [197]])
        #expect(try store.journal(hash(250)) == [0])
        #expect(try store.latestJournal(limit: 1000).count == 200)
        database.close()
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
