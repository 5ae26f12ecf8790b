import Foundation
import ProofOfWork
import TestSupport
import Testing

@testable import EthashDatasets

@Suite("Ethash datasets of a chain's epochs")
struct DatasetLibraryTests {
    /// A library of small datasets, and what it tells.
    private static func library(_ folder: TemporaryFolder) -> (DatasetLibrary, AsyncStream<DatasetLibrary.Event>) {
        let (events, told) = AsyncStream.makeStream(of: DatasetLibrary.Event.self)
        return (DatasetLibrary(folder: folder.path, items: 8, tell: { told.yield($0) }), events)
    }

    /// Returns once the epoch's dataset is held.
    private static func held(_ epoch: Int, _ events: AsyncStream<DatasetLibrary.Event>) async throws {
        for await event in events {
            if case .failed(_, let error) = event { throw error }
            if case .held(epoch) = event { return }
        }
    }

    @Test("the dataset of the epoch that is sealed is built beside the work, and the next one's in the last tenth")
    func epochs() async throws {
        let folder = TemporaryFolder()
        let (library, events) = Self.library(folder)
        #expect(library.newestOnDisk == nil)
        #expect(library.dataset(ofBlock: 26_999) == nil)
        try await Self.held(0, events)
        #expect(library.dataset(ofBlock: 26_999)?.epoch == 0)
        #expect(library.newestOnDisk == 0)
        #expect(library.dataset(ofBlock: 27_000)?.epoch == 0)
        try await Self.held(1, events)
        #expect(library.dataset(ofBlock: 29_999)?.epoch == 0)
        #expect(library.dataset(ofBlock: 30_000)?.epoch == 1)
        #expect(library.newestOnDisk == 1)
        // The next build removes what is past.
        #expect(library.dataset(ofBlock: 57_000)?.epoch == 1)
        try await Self.held(2, events)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasSuffix(".sums") }
        #expect(names.map { $0.prefix(11) }.sorted() == ["full-epoch1", "full-epoch2"])
        // What was removed does not keep the next from being built.
        #expect(library.dataset(ofBlock: 87_000)?.epoch == 2)
        try await Self.held(3, events)
        #expect(library.dataset(ofBlock: 90_000)?.epoch == 3)
        // Nor from being built again, where the chain goes back to it.
        #expect(library.dataset(ofBlock: 0) == nil)
        try await Self.held(0, events)
        #expect(library.dataset(ofBlock: 0)?.epoch == 0)
    }

    @Test("a start with an old epoch's dataset goes on with those of the epochs to which the chain jumps")
    func jump() async throws {
        let folder = TemporaryFolder()
        let (library, events) = Self.library(folder)
        try library.build(epoch: 0, threads: 1)
        #expect(library.dataset(ofBlock: 150_000) == nil)
        try await Self.held(5, events)
        #expect(library.dataset(ofBlock: 150_000)?.epoch == 5)
        #expect(library.dataset(ofBlock: 180_000) == nil)
        try await Self.held(6, events)
        #expect(library.dataset(ofBlock: 180_000)?.epoch == 6)
        #expect(library.newestOnDisk == 6)
    }

    @Test("a start goes on with the newest dataset of the folder")
    func restart() async throws {
        let folder = TemporaryFolder()
        try Self.library(folder).0.build(epoch: 3, threads: 1)
        let (library, events) = Self.library(folder)
        #expect(library.newestOnDisk == 3)
        try library.build(epoch: 3, threads: 1)
        #expect(library.dataset(ofBlock: 90_001)?.epoch == 3)
        // What is damaged is held no more, and not built again by this process.
        library.discard(epoch: 3)
        library.discard(epoch: 3)
        #expect(library.dataset(ofBlock: 90_001) == nil)
        for await event in events {
            guard case .failed(3, let error) = event else { continue }
            guard case .damaged? = error as? DatasetError else { throw error }
            break
        }
    }

    @Test("what cannot be built is told once, and searches go on without")
    func failing() async throws {
        let (events, told) = AsyncStream.makeStream(of: DatasetLibrary.Event.self)
        let library = DatasetLibrary(folder: "/proc/nowhere", items: 8, tell: { told.yield($0) })
        #expect(library.dataset(ofBlock: 1) == nil)
        var iterator = events.makeAsyncIterator()
        guard case .failed(0, _)? = await iterator.next() else { return #expect(Bool(false), "nothing failed") }
        #expect(library.dataset(ofBlock: 1) == nil)
        // The next epoch's is tried all the same.
        #expect(library.dataset(ofBlock: 30_000) == nil)
        guard case .failed(1, _)? = await iterator.next() else { return #expect(Bool(false), "nothing failed") }
        #expect(library.dataset(ofBlock: .max) == nil)
    }
}
