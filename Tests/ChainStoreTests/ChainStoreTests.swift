import KeyValueStore
import Primitives
import TestSupport
import Testing

@testable import ChainStore

private func root(_ number: UInt8) -> Hash32 { Hash32([UInt8](repeating: number, count: 32)) ?? .zero }

private func open(_ directory: TemporaryFolder) throws -> KeyValueStore {
    var options = KeyValueStore.Options()
    options.durability = .unsynced
    // Both chains in one environment, as a single process may keep them.
    return try KeyValueStore(directory: directory.path, tables: ExecutionStore.tables + BeaconStore.tables, options: options)
}

@Suite("Execution store")
struct ExecutionStoreTests {
    @Test("blocks, nodes, code and pointers come back after reopening")
    func roundTrip() throws {
        let directory = TemporaryFolder()
        do {
            let file = try open(directory)
            let store = try ExecutionStore(file)
            try store.write { batch in
                batch.putBlock(root(1), header: [1, 2], body: [])
                batch.putNode(root(2), [3])
                batch.putCode(root(3), [4])
                batch.setCanonical(0, root(1))
                for pointer in ExecutionStore.Pointer.allCases { batch.set(pointer, root(1)) }
            }
            file.close()
        }
        let store = try ExecutionStore(open(directory))
        #expect(try store.header(root(1)) == [1, 2])
        #expect(try store.body(root(1)) == [])
        #expect(try store.hasBlock(root(1)) && !store.hasBlock(root(2)))
        #expect(try store.node(root(2)) == [3])
        #expect(try store.code(root(3)) == [4])
        #expect(try store.canonicalHash(0) == root(1))
        #expect(try store.canonicalHash(1) == nil)
        for pointer in ExecutionStore.Pointer.allCases { #expect(try store.pointer(pointer) == root(1)) }
    }

    @Test("a batch that throws writes nothing; its writes keep their order")
    func batches() throws {
        struct Stop: Error {}
        let directory = TemporaryFolder()
        let store = try ExecutionStore(open(directory))
        #expect(throws: Stop.self) {
            try store.write { batch in
                batch.set(.head, root(1))
                throw Stop()
            }
        }
        #expect(try store.pointer(.head) == nil)
        try store.write { batch in for number in 0..<UInt64(300) { batch.setCanonical(number, root(UInt8(number % 256))) } }
        try store.write { batch in
            batch.removeCanonical(from: 255)
            batch.setCanonical(255, root(9))
            batch.setCanonical(256, root(8))
        }
        #expect(try store.canonicalHash(254) == root(254))
        #expect(try store.canonicalHash(255) == root(9))
        #expect(try store.canonicalHash(256) == root(8))
        #expect(try store.canonicalHash(257) == nil)
        #expect(try store.canonicalHash(299) == nil)
    }
}

@Suite("Beacon store")
struct BeaconStoreTests {
    private func summary(_ slot: UInt64, _ parent: UInt8) -> BeaconBlockSummary {
        BeaconBlockSummary(slot: slot, parentRoot: root(parent), stateRoot: root(parent + 100), executionHash: root(parent + 50))
    }

    @Test("blocks with summaries, states, values and pointers come back")
    func roundTrip() throws {
        let directory = TemporaryFolder()
        let store = try BeaconStore(open(directory))
        try store.write { batch in
            batch.putBlock(root(1), [1, 2, 3], summary: summary(1 << 40, 0))
            batch.putState(root(7), [4])
            batch.set(.head, root(1))
            batch.set(.forkChoice, [5, 6])
            batch.putLightClientUpdate(period: 3, [8])
        }
        #expect(try store.lightClientUpdate(period: 3) == [8] && store.lightClientUpdate(period: 2) == nil)
        #expect(try store.block(root(1)) == [1, 2, 3])
        #expect(try store.hasBlock(root(1)) && !store.hasBlock(root(2)))
        #expect(try store.summary(root(1)) == summary(1 << 40, 0))
        #expect(try store.summary(root(2)) == nil)
        #expect(try store.state(root(7)) == [4])
        #expect(try store.hasState(root(7)))
        #expect(try store.pointer(.head) == root(1))
        #expect(try store.pointer(.finalized) == nil)
        #expect(try store.value(.forkChoice) == [5, 6])
        try store.write { batch in
            batch.removeBlock(root(1), slot: 1 << 40)
            batch.removeState(root(7))
        }
        #expect(try store.block(root(1)) == nil)
        #expect(try store.summary(root(1)) == nil)
        #expect(try store.state(root(7)) == nil)
        #expect(try store.blockRoots(from: 0, through: .max).isEmpty)
    }

    @Test("archive points come back in order and take their states with them")
    func archivePoints() throws {
        let directory = TemporaryFolder()
        let store = try BeaconStore(open(directory))
        let points = [ArchivePoint(slot: 300, stateRoot: root(3)), ArchivePoint(slot: 0, stateRoot: root(1))]
        try store.write { batch in
            for point in points {
                batch.putState(point.stateRoot, [1])
                batch.putArchivePoint(point)
            }
        }
        #expect(try store.archivePoints() == [points[1], points[0]])
        try store.write { batch in batch.removeArchivePoint(points[0]) }
        #expect(try store.archivePoints() == [points[1]])
        #expect(try store.hasState(root(1)) && !store.hasState(root(3)))
    }

    @Test("the finalised states of a folder without a list are listed, and only those")
    func oldArchivePoints() throws {
        let directory = TemporaryFolder()
        let file = try open(directory)
        let store = try BeaconStore(file)
        try store.write { batch in
            for (slot, number) in [(0, 1), (64, 2), (64, 3), (70, 4), (90, 5)] as [(UInt64, UInt8)] {
                var summary = self.summary(slot, 0)
                summary.stateRoot = root(number + 100)
                batch.putBlock(root(number), [number], summary: summary)
                batch.putState(root(number + 100), [number])
                if number != 3 { batch.setCanonical(slot: slot, root(number)) }
            }
            batch.set(.finalized, root(4))
        }
        #expect(try store.archivePoints().isEmpty)
        try file.write { txn in try txn.remove("archive-points", in: BeaconStore.values) }
        #expect(
            try BeaconStore(file).archivePoints() == [
                ArchivePoint(slot: 0, stateRoot: root(101)), ArchivePoint(slot: 64, stateRoot: root(102)),
            ])
    }

    @Test("slots list all blocks in order; the canonical index has gaps")
    func slots() throws {
        let directory = TemporaryFolder()
        let store = try BeaconStore(open(directory))
        try store.write { batch in
            for (slot, number) in [(300, 3), (1, 1), (2, 2), (2, 9)] as [(UInt64, UInt8)] {
                batch.putBlock(root(number), [number], summary: summary(slot, 0))
            }
            batch.setCanonical(slot: 1, root(1))
            batch.setCanonical(slot: 2, root(9))
            batch.setCanonical(slot: 300, root(3))
        }
        #expect(try store.blockRoots(from: 0, through: .max).map(\.root) == [root(1), root(2), root(9), root(3)])
        #expect(try store.blockRoots(from: 2, through: 299).map(\.slot) == [2, 2])
        #expect(try store.canonicalRoot(slot: 3) == nil)
        #expect(try store.canonicalRoot(atOrBefore: 299)?.root == root(9))
        #expect(try store.canonicalRoot(atOrBefore: 300)?.slot == 300)
        #expect(try store.canonicalRoot(atOrBefore: 0) == nil)
        try store.write { batch in
            batch.removeCanonical(from: 3)
            batch.setCanonical(slot: 2, nil)
        }
        #expect(try store.canonicalRoot(atOrBefore: .max)?.root == root(1))
    }
}

@Suite("Damaged chain stores")
struct DamagedChainStoreTests {
    @Test("another layout is refused with what to do")
    func version() throws {
        let directory = TemporaryFolder()
        let file = try open(directory)
        _ = try ExecutionStore(file)
        _ = try ExecutionStore(file)
        try file.write { txn in try txn.put(UInt64(2), for: "version", in: ExecutionStore.pointers) }
        let error = #expect(throws: ChainStoreError.self) { _ = try ExecutionStore(file) }
        #expect(error == .wrongVersion(found: 2, expected: 1))
        let advice = try #require(error?.description)
        #expect(advice.contains("move chain_data away") && advice.contains("secrets_data") && !advice.contains("remove"))
    }

    @Test("entries of a wrong size are errors")
    func sizes() throws {
        let directory = TemporaryFolder()
        let file = try open(directory)
        let execution = try ExecutionStore(file)
        let beacon = try BeaconStore(file)
        try file.write { txn in
            try txn.put([1], for: "head", in: ExecutionStore.pointers)
            try txn.put([1], for: UInt64(1), in: ExecutionStore.canonical)
            try txn.put([1], for: root(1), in: BeaconStore.summaries)
            try txn.put([1], for: [1, 2, 3], in: BeaconStore.slots)
            try txn.put([1], for: UInt64(4), in: BeaconStore.canonical)
        }
        #expect(throws: ChainStoreError.self) { _ = try execution.pointer(.head) }
        #expect(throws: ChainStoreError.self) { _ = try execution.canonicalHash(1) }
        #expect(throws: ChainStoreError.self) { _ = try beacon.summary(root(1)) }
        #expect(throws: ChainStoreError.self) { _ = try beacon.blockRoots(from: 0, through: 9) }
        #expect(throws: ChainStoreError.self) { _ = try beacon.canonicalRoot(atOrBefore: 9) }
    }
}
