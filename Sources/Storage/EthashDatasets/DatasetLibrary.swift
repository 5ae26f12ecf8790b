import Foundation
public import ProofOfWork
import Synchronization

/// The full datasets of a folder: the one of the epoch in which a chain seals, and in the epoch's last tenth the next one's, built
/// beside the work. Past epochs' files are removed.
public final class DatasetLibrary: EthashDatasetSource {
    /// What the library does, told as it happens.
    public enum Event: Sendable {
        case begun(epoch: Int, path: String)
        case built(epoch: Int, chunks: Int)
        /// Searches of that epoch have it from now on.
        case held(epoch: Int)
        /// Searches of that epoch go on without; it is not tried again by this process.
        case failed(epoch: Int, any Error)
    }

    /// So many blocks before an epoch ends, the next one's dataset is begun: ten hours at 12 seconds a block, for a build of some minutes.
    static let blocksAhead = EthashEpoch.length / 10

    private struct State {
        var held: [Int: DatasetFile] = [:]
        /// Epochs that are held, are built now or could not be.
        var begun: Set<Int> = []
        /// What is built beside the work.
        var isBuilding = false
    }

    public let folder: String
    private let items: Int?
    private let tell: @Sendable (Event) -> Void
    private let state = Mutex(State())
    private let isOver = Box()

    /// Outlives the library in the threads that build.
    private final class Box: Sendable {
        let value = Atomic(false)
    }

    /// - Parameters:
    ///   - items: fewer than the epochs have, in tests.
    ///   - tell: told what happens, from any thread.
    public init(folder: String, items: Int? = nil, tell: @escaping @Sendable (Event) -> Void = { _ in }) {
        self.folder = folder
        self.items = items
        self.tell = tell
    }

    /// A build beside the work ends after its chunk.
    deinit { isOver.value.store(true, ordering: .relaxed) }

    /// The newest epoch of which the folder has a file, whole or not.
    public var newestOnDisk: Int? { files().map(\.epoch).max() }

    /// Builds an epoch's dataset, or checks the one that is there, and holds it. Returns when it is whole.
    public func build(
        epoch: Int, threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws {
        let work = DatasetBuild(folder: folder, epoch: epoch, items: items, tell: tell)
        hold(try work.run(threads: threads, isCancelled: isCancelled, progress: progress))
    }

    private func hold(_ file: DatasetFile) {
        state.withLock { state in
            state.begun.insert(file.epoch)
            state.held[file.epoch] = file
        }
    }

    /// Also begins, in a thread of its own, what the block needs or soon will.
    public func dataset(ofBlock number: UInt64) -> (any EthashDataset)? {
        guard let epoch = try? EthashEpoch.number(ofBlock: number) else { return nil }
        let isEnding = number % EthashEpoch.length >= EthashEpoch.length - Self.blocksAhead
        for wanted in isEnding ? [epoch, epoch + 1] : [epoch] { begin(wanted, current: epoch) }
        return state.withLock { $0.held[epoch] }
    }

    public func discard(epoch: Int) {
        guard let file = state.withLock({ state in state.held.removeValue(forKey: epoch) }) else { return }
        tell(.failed(epoch: epoch, DatasetError.damaged(file.path)))
    }

    private func begin(_ epoch: Int, current: Int) {
        let isNew = state.withLock { state in
            // One at a time: a build has one thread, so that sealing keeps the others.
            guard !state.begun.contains(epoch), !state.isBuilding else { return false }
            state.isBuilding = true
            return state.begun.insert(epoch).inserted
        }
        guard isNew else { return }
        removePast(current)
        let work = DatasetBuild(folder: folder, epoch: epoch, items: items, tell: tell)
        // The library is not kept by its thread: where nobody seals any more the build ends.
        let thread = Thread { [weak self, isOver] in
            do {
                let file = try work.run(threads: 1, isCancelled: { isOver.value.load(ordering: .relaxed) }, progress: { _ in })
                self?.hold(file)
                self?.endBuilding()
                work.tell(.held(epoch: epoch))
            } catch {
                self?.endBuilding()
                work.tell(.failed(epoch: epoch, error))
            }
        }
        thread.name = "ethash-dataset"
        thread.start()
    }

    private func endBuilding() { state.withLock { $0.isBuilding = false } }

    private func removePast(_ current: Int) {
        state.withLock { state in
            state.held = state.held.filter { $0.key >= current }
            state.begun = state.begun.filter { $0 >= current }
        }
        for file in files() where file.epoch < current {
            for path in [file.path, file.path + ".sums"] { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    private func files() -> [(epoch: Int, path: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix(DatasetFile.namePrefix), !name.hasSuffix(".sums"),
                let epoch = Int(name.dropFirst(DatasetFile.namePrefix.count).prefix { $0 != "-" })
            else { return nil }
            return (epoch, "\(folder)/\(name)")
        }
    }
}
