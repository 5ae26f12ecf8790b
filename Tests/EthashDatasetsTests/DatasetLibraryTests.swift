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
        #expect(library.dataset(ofBlock: 0) == nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasSuffix(".sums") }
        #expect(names.map { $0.prefix(11) }.sorted() == ["full-epoch1", "full-epoch2"])
    }

    @Test("a start goes on with the newest dataset of the folder")
    func restart() throws {
        let folder = TemporaryFolder()
        try Self.library(folder).0.build(epoch: 3, threads: 1)
        let (library, _) = Self.library(folder)
        #expect(library.newestOnDisk == 3)
        try library.build(epoch: 3, threads: 1)
        #expect(library.dataset(ofBlock: 90_001)?.epoch == 3)
    }

    @Test("what cannot be built is told once, and searches go on without")
    func failing() async throws {
        let (events, told) = AsyncStream.makeStream(of: DatasetLibrary.Event.self)
        let library = DatasetLibrary(folder: "/proc/nowhere", items: 8, tell: { told.yield($0) })
        #expect(library.dataset(ofBlock: 1) == nil)
        var iterator = events.makeAsyncIterator()
        guard case .failed(0, _)? = await iterator.next() else { return #expect(Bool(false), "nothing failed") }
        #expect(library.dataset(ofBlock: 1) == nil)
        #expect(library.dataset(ofBlock: .max) == nil)
    }
}
