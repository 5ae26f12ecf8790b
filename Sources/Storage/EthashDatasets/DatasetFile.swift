import Foundation
import Primitives
public import ProofOfWork
import Synchronization

/// The full dataset of an Ethash epoch in a file, mapped into memory: built in chunks of 8 MiB, each with a checksum beside the file,
/// so that a build that was stopped goes on and damage is found and mended.
///
/// It may be searched by while it is not whole: what is missing is worked out.
///
/// `@unchecked Sendable`: the mapping is made in `init` and ends in `deinit`; chunks are written by one thread each, during `build`.
public final class DatasetFile: EthashDataset, @unchecked Sendable {
    static let chunkItems = 65_536

    public let path: String
    public var epoch: Int { source.number }
    private let source: EthashEpoch
    private let items: Int
    private let memory: UnsafeMutableRawPointer
    private let sums: Mutex<DatasetSums>

    /// Opens the file, or makes it, of its whole size but empty.
    ///
    /// - Parameter items: fewer than the epoch has, in tests.
    public init(folder: String, epoch: EthashEpoch, items: Int? = nil) throws(DatasetError) {
        source = epoch
        self.items = items ?? EthashEpoch.datasetItems(epoch: epoch.number)
        path = "\(folder)/full-epoch\(epoch.number)-\(epoch.seedHash.hex.dropFirst(2).prefix(16))"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .file(path, reason: "\(error)")
        }
        sums = Mutex(DatasetSums(path: path + ".sums"))
        memory = try Self.map(path, bytes: self.items * EthashEpoch.datasetItemBytes)
    }

    deinit { munmap(memory, items * EthashEpoch.datasetItemBytes) }

    private static func map(_ path: String, bytes: Int) throws(DatasetError) -> UnsafeMutableRawPointer {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .file(path, reason: reason()) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(bytes)) == 0 else { throw .file(path, reason: reason()) }
        guard let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED else {
            throw .file(path, reason: reason())
        }
        return memory
    }

    private static func reason() -> String { String(cString: strerror(errno)) }

    public func withItems<Value>(_ body: (UnsafeRawPointer) -> Value) -> Value { body(UnsafeRawPointer(memory)) }

    private var chunks: Int { (items + Self.chunkItems - 1) / Self.chunkItems }

    /// Makes the dataset whole: checks the chunks that are there, and works out those that are missing or damaged.
    ///
    /// - Parameters:
    ///   - progress: told the part that is whole, from 0 to 1, from any thread.
    ///   - isCancelled: asked before each chunk.
    /// - Returns: how many chunks were worked out.
    @discardableResult
    public func build(
        threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false }, progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(DatasetError) -> Int {
        let next = Atomic(0)
        let made = Atomic(0)
        let done = Atomic(0)
        let failure = Mutex<DatasetError?>(nil)
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { [self] _ in
            while failure.withLock({ $0 == nil }) {
                let chunk = next.add(1, ordering: .relaxed).oldValue
                guard chunk < chunks else { return }
                guard !isCancelled() else { return failure.withLock { $0 = $0 ?? .cancelled } }
                do throws(DatasetError) {
                    if try make(chunk) { made.add(1, ordering: .relaxed) }
                } catch {
                    return failure.withLock { $0 = $0 ?? error }
                }
                progress(Double(done.add(1, ordering: .relaxed).newValue) / Double(chunks))
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return made.load(ordering: .relaxed)
    }

    /// - Returns: whether the chunk had to be worked out.
    private func make(_ chunk: Int) throws(DatasetError) -> Bool {
        let first = chunk * Self.chunkItems
        let count = min(Self.chunkItems, items - first)
        let start = memory + first * EthashEpoch.datasetItemBytes
        let bytes = UnsafeRawBufferPointer(start: start, count: count * EthashEpoch.datasetItemBytes)
        if let known = sums.withLock({ $0.sums[chunk] }), SHA256.hash(bytes) == known { return false }
        source.writeDataset(from: first, count: count, into: start)
        let sum = SHA256.hash(bytes)
        guard msync(start, bytes.count, MS_SYNC) == 0 else { throw .file(path, reason: Self.reason()) }
        do {
            try sums.withLock { sums in try sums.add(chunk, sum) }
        } catch {
            throw .file(path, reason: "\(error)")
        }
        return true
    }
}
