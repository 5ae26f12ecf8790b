import Foundation
import TestSupport
import Testing

@testable import ModelHub

@Suite("Pulling data sets from a hub", .serialized)
struct DatasetTests {
    private let scratch = TemporaryFolder()
    /// Not there at first: what refuses before it writes must leave nothing.
    var folder: String { scratch.path("hub") }
    static let lines = Array((0..<4000).map { "{\"text\":\"line \($0)\"}\n" }.joined().utf8)
    let dataset: RepositoryID

    init() throws { dataset = try RepositoryID(FakeHub.model, kind: .dataset) }

    var files: [String: [UInt8]] {
        [
            "README.md": Array("Read me".utf8), "LICENSE.txt": Array("Free".utf8), "data/train-1.jsonl": Self.lines,
            "data/train-0.txt": Array("one\ntwo\n".utf8), "data/test.jsonl": Array(#"{"text":"three"}"#.utf8), "data/all.parquet": [1],
            "data/more.jsonl.gz": [31, 139],
        ]
    }

    func pull(
        _ address: String, pattern: String? = nil, limits change: @Sendable (inout ModelHub.Limits) -> Void = { _ in }
    ) async throws -> CachedRepository {
        var limits = ModelHub.Limits()
        limits.pause = .milliseconds(5)
        limits.attempts = 3
        change(&limits)
        return try await ModelHub(endpoint: try HubEndpoint(address), cache: HubCache(folder: folder), token: nil, limits: limits)
            .pull(dataset, pattern: pattern)
    }

    @Test("Fetches the files with text into a folder of their own, and resumes")
    func pullsText() async throws {
        let hub = FakeHub(files: files, kind: .dataset)
        try await hub.serve { address in
            // The first two files come whole, the third breaks off twice.
            hub.change { $0.cuts = [100_000, 100_000, 20_000, 30_000] }
            let cached = try await pull(address)
            let place = "\(folder)/datasets/test-org--Tiny.Model-1"
            #expect(cached.paths == ["data/test.jsonl", "data/train-0.txt", "data/train-1.jsonl"].map { "\(place)/\($0)" })
            #expect(cached.id == "datasets/\(FakeHub.model)" && cached.isPresent)
            #expect(FileManager.default.contents(atPath: "\(place)/data/train-1.jsonl").map { Array($0) } == Self.lines)
            #expect(hub.requests.contains { $0.range != nil })
            try cached.verify()
            let cache = HubCache(folder: folder)
            let known = cache.repository(dataset)
            #expect(known?.files == cached.files && known?.pattern == nil)
            // A data set is no model.
            let models = cache.models()
            #expect(models.isEmpty)
            let datasets = cache.datasets()
            #expect(datasets.map(\.id) == ["datasets/\(FakeHub.model)"])
            try FileManager.default.removeItem(atPath: "\(place)/data/test.jsonl")
            #expect(!cached.isPresent)
        }
    }

    @Test("A pattern chooses among the files")
    func pattern() async throws {
        let hub = FakeHub(files: files, kind: .dataset)
        try await hub.serve { address in
            let cached = try await pull(address, pattern: "*train*")
            #expect(cached.files.map(\.path.text) == ["data/train-0.txt", "data/train-1.jsonl"] && cached.pattern == "*train*")
            let known = HubCache(folder: folder).repository(dataset)
            #expect(known?.pattern == "*train*")
            await #expect(throws: HubError.tooLarge(bytes: UInt64(Self.lines.count), limit: 100)) {
                try await pull(address, pattern: "*-1.jsonl", limits: { $0.byteCount = 100 })
            }
        }
    }

    @Test("Where nothing can be read the error lists what there is")
    func nothingReadable() async throws {
        let hub = FakeHub(
            files: ["a/0.parquet": [1], "a/1.parquet": [2], "b.json.gz": [3], "README.md": [4], "README.txt": [5], "Makefile": [6]],
            kind: .dataset)
        try await hub.serve { address in
            let error = await #expect(throws: HubError.self) { try await pull(address) }
            let found = "2 .parquet, 1 .json.gz, 1 .md, 1 .txt, 1 without an ending"
            #expect(error == .noText(dataset: "datasets/\(FakeHub.model)", pattern: nil, found: found))
            #expect("\(error.map { "\($0)" } ?? "")".contains(found))
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    @Test(
        "Hostile file names are refused before anything is written",
        arguments: ["../escape.txt", "/etc/cron.d/x.txt", "a/../../b.jsonl", "a\\b.txt", "c:/x.txt", "a//b.txt", ".."])
    func hostileNames(name: String) async throws {
        let hub = FakeHub(files: ["good.txt": [65], name: [65]], kind: .dataset)
        try await hub.serve { address in
            await #expect(throws: HubError.unsafeFileName(name)) { try await pull(address) }
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    @Test("Listings that repeat a file, are endless or hold links are no way in")
    func hostileListings() async throws {
        let sum = String(repeating: "a", count: 40)
        let hub = FakeHub(files: ["a.txt": [65], "b.txt": [66]], kind: .dataset)
        try await hub.serve { address in
            hub.change { $0.repeated = "a.txt" }
            let twice = await #expect(throws: HubError.self) { try await pull(address) }
            #expect("\(twice.map { "\($0)" } ?? "")".contains("a.txt twice"))
            hub.change {
                $0.repeated = nil
                $0.entries = (0...HubListing.fileLimit).map { #"{"type":"file","oid":"\#(sum)","size":1,"path":"f\#($0).txt"}"# }
            }
            let many = await #expect(throws: HubError.self) { try await pull(address) }
            #expect("\(many.map { "\($0)" } ?? "")".contains("more than \(HubListing.fileLimit) files"))
            let long = await #expect(throws: HubError.self) { try await pull(address, limits: { $0.listingBytes = 1000 }) }
            #expect("\(long.map { "\($0)" } ?? "")".contains("more than 1000 bytes"))
            let pages = await #expect(throws: HubError.self) { try await pull(address, limits: { $0.listingPages = 1 }) }
            guard case .malformedAnswer? = pages else { Issue.record("\(String(describing: pages))"); return }
            #expect(!FileManager.default.fileExists(atPath: folder))
            // Entries of another kind than files are passed over, whatever they are called.
            hub.change { $0.entries = [#"{"type":"symlink","oid":"\#(sum)","size":11,"path":"../../etc/passwd"}"#] }
            let cached = try await pull(address)
            #expect(cached.files.map(\.path.text) == ["a.txt", "b.txt"])
        }
    }

    @Test("Without a network the error says what to do")
    func offline() async throws {
        let error = await #expect(throws: HubError.self) { try await pull("http://127.0.0.1:9") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("--data"))
    }
}
