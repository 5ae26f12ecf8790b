import Foundation
import Primitives
import ProofOfWork
import Synchronization
import TestSupport
import Testing

@testable import EthashDatasets

@Suite("Ethash datasets on disk")
struct DatasetFileTests {
    private static func epoch() throws -> EthashEpoch { try EthashCache.shared.epoch(ofBlock: 0) }

    /// Ends after so many questions.
    private static func after(_ count: Int) -> @Sendable () -> Bool {
        let left = Count(count)
        return { left.next() }
    }

    private final class Count: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        func next() -> Bool {
            left.withLock { left in
                left -= 1
                return left < 0
            }
        }
    }

    @Test("an epoch's dataset has the specification's size")
    func sizes() {
        // `get_full_size` of the Ethash specification, for blocks 0, 30,000 and 60,000.
        #expect(EthashEpoch.datasetItems(epoch: 0) * 128 == 1_073_739_904)
        #expect(EthashEpoch.datasetItems(epoch: 1) * 128 == 1_082_130_304)
        #expect(EthashEpoch.datasetItems(epoch: 2) * 128 == 1_090_514_816)
    }

    @Test("an empty one gives the published answers; its items are used once they are there")
    func answers() throws {
        let folder = TemporaryFolder()
        // Of its whole size, and sparse on disk.
        let file = try DatasetFile(folder: folder.path, epoch: Self.epoch())
        let header = try Hash32(hex: "2a8de2adf89af77358250bf908bf04ba94a6e8c3ba87775564a41d269a05e4ce")
        let nonce: UInt64 = 0x4242_4242_4242_4242
        let found = file.withItems { (try? Self.epoch())?.hash(headerHash: header, nonce: nonce, dataset: $0) }
        #expect(found?.mixHash.hex == "0x58f759ede17a706c93f13030328bcea40c1d1341fb26f2facd21ceb0dae57017")
        #expect(found?.result.hex == "0xdd47fd2d98db51078356852d7c4014e6a5d6c387c35f40e2875b74a256ed7906")
        var search = try SealSearch(sealHash: header, number: 0, boundary: UInt256(bigEndian: try #require(found).result), from: nonce)
        search.dataset = file
        #expect(search.step(count: 1) == nonce)
    }

    @Test("items that are there are not worked out again")
    func use() throws {
        let epoch = try Self.epoch()
        let header = try Hash32(hex: "2a8de2adf89af77358250bf908bf04ba94a6e8c3ba87775564a41d269a05e4ce")
        // A gigabyte of ones, nothing like the epoch's items: a small file, laid over the whole again and again.
        let folder = TemporaryFolder()
        let piece = 2 << 20
        try Data(repeating: 1, count: piece).write(to: URL(filePath: folder.path("ones")))
        let file = open(folder.path("ones"), O_RDONLY)
        defer { close(file) }
        let size = EthashEpoch.datasetItems(epoch: 0) * EthashEpoch.datasetItemBytes / piece * piece + piece
        let room = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        let items = try #require(room == MAP_FAILED ? nil : room)
        defer { munmap(items, size) }
        let light = epoch.hash(headerHash: header, nonce: 1)
        for start in stride(from: 0, to: size, by: piece) {
            try #require(mmap(items + start, piece, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0) != MAP_FAILED)
        }
        #expect(epoch.hash(headerHash: header, nonce: 1, dataset: UnsafeRawPointer(items)) != light)
    }

    @Test("a build that was stopped goes on, damage is mended, and what is whole is left alone")
    func resuming() throws {
        let (folder, epoch) = (TemporaryFolder(), try Self.epoch())
        // Items are the longest part: a small file of one chunk and a bit would take seconds, so the chunks are checked by their sums.
        let items = 64
        let file = try DatasetFile(folder: folder.path, epoch: epoch, items: items)
        #expect(throws: DatasetError.cancelled) { try file.build(threads: 1, isCancelled: Self.after(0)) }
        let told = Mutexed()
        #expect(try file.build(threads: 2, progress: { told.add($0) }) == 1)
        #expect(told.values == [1])
        let bytes = file.withItems { Array(UnsafeRawBufferPointer(start: $0, count: items * 128)) }
        let again = try DatasetFile(folder: folder.path, epoch: epoch, items: items)
        #expect(try again.build(threads: 1) == 0)
        #expect(again.withItems { Array(UnsafeRawBufferPointer(start: $0, count: items * 128)) } == bytes)
        // The first and the last half of an item, as scripts/vectors/ethash_items.py has them by the specification.
        #expect(
            bytes.prefix(64).bareHex
                == "22db2229cc516c46d2210086f1ab417e0bd1c3827c5ecc6af7d3a33f8dae332bab5aa31fc58e71cff27666e81bf418775e74839743ca9d410fdf514d009bcec2"
        )
        #expect(
            bytes.suffix(64).bareHex
                == "ce147f87f15ef876a08f15b48f8d18c261a812280b688f6f274997b4c47869736c2088bdafd6083ba0f3d68416902110ce18e825f46d4c79b4acda9f95056fa3"
        )
        let handle = try #require(FileHandle(forUpdatingAtPath: again.path))
        try handle.seek(toOffset: 777)
        try handle.write(contentsOf: Data([bytes[777] ^ 1]))
        try handle.close()
        let damaged = try DatasetFile(folder: folder.path, epoch: epoch, items: items)
        #expect(try damaged.build(threads: 1) == 1)
        #expect(damaged.withItems { Array(UnsafeRawBufferPointer(start: $0, count: items * 128)) } == bytes)
        // A line of sums that was cut short counts as none.
        let sums = damaged.path + ".sums"
        let line = try #require(FileManager.default.contents(atPath: sums)?.split(separator: UInt8(ascii: "\n")).first)
        try Data(line.dropLast(5)).write(to: URL(fileURLWithPath: sums))
        #expect(try DatasetFile(folder: folder.path, epoch: epoch, items: items).build(threads: 1) == 1)
    }

    @Test("a place where no file can be is told")
    func refused() throws {
        let epoch = try Self.epoch()
        #expect(throws: DatasetError.self) { try DatasetFile(folder: "/proc/nowhere", epoch: epoch) }
    }

    private final class Mutexed: Sendable {
        private let list = Mutex<[Double]>([])
        var values: [Double] { list.withLock { $0 } }
        func add(_ value: Double) { list.withLock { $0.append(value) } }
    }
}
