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
        // Each item is what the light cache gives alone.
        var item = [UInt8](repeating: 0, count: 128)
        item.withUnsafeMutableBytes { if let start = $0.baseAddress { epoch.writeDataset(from: 63, count: 1, into: start) } }
        #expect(Array(bytes.suffix(128)) == item)
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
