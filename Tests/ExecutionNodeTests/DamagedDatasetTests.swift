import ExecutionNode
import Foundation
import Primitives
import ProofOfWork
import Synchronization
import TestSupport
import Testing

/// A dataset whose every byte is the same, which is no epoch's: one small file, mapped as often as it takes.
///
/// `@unchecked Sendable`: nobody writes to the mapping.
private final class UniformDataset: EthashDataset, @unchecked Sendable {
    let epoch = 0
    private static let piece = 1 << 21
    private static let bytes = (EthashEpoch.datasetItems(epoch: 0) * EthashEpoch.datasetItemBytes + piece - 1) / piece * piece
    private let memory: UnsafeMutableRawPointer

    init(in folder: TemporaryFolder) throws {
        let path = folder.path + "/piece"
        // Items that begin with zeros would be worked out.
        try Data(repeating: 0x5a, count: Self.piece).write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        memory = try #require(mmap(nil, Self.bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        try #require(memory != MAP_FAILED)
        for offset in stride(from: 0, to: Self.bytes, by: Self.piece) {
            let mapped = mmap(memory + offset, Self.piece, PROT_READ, MAP_PRIVATE | MAP_FIXED, file.fileDescriptor, 0)
            try #require(mapped == memory + offset)
        }
    }

    deinit { munmap(memory, Self.bytes) }

    func withItems<Value>(_ body: (UnsafeRawPointer) -> Value) -> Value { body(UnsafeRawPointer(memory)) }
}

private final class DamagedSource: EthashDatasetSource {
    private let held: Mutex<UniformDataset?>
    let discarded = Mutex<[Int]>([])

    init(_ dataset: UniformDataset) { held = Mutex(dataset) }

    func dataset(ofBlock number: UInt64) -> (any EthashDataset)? { held.withLock { $0 } }

    func discard(epoch: Int) {
        held.withLock { $0 = nil }
        discarded.withLock { $0.append(epoch) }
    }
}

@Suite("Seals found by a damaged dataset")
struct DamagedDatasetTests {
    private let folder = TemporaryFolder()

    @Test("a nonce that the light cache does not confirm is given to nobody, and the dataset is used no more")
    func damaged() throws {
        let source = DamagedSource(try UniformDataset(in: folder))
        let seals = EthashSeals(datasets: source)
        let task = SealTask(sealHash: Keccak256.hash([]), number: 1, difficulty: 4096)
        #expect(try seals.search(task, from: 0, count: 1 << 17) == nil)
        #expect(source.discarded.withLock { $0 } == [0])
        // By the cache alone.
        let easy = SealTask(sealHash: Keccak256.hash([]), number: 1, difficulty: 2)
        let found = try #require(try seals.search(easy, from: 0, count: 64))
        #expect(try seals.isSealed(easy, nonce: found))
    }
}
