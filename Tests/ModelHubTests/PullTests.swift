import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelHub

@Suite("Pulling models from a hub", .serialized)
struct PullTests {
    private let scratch = TemporaryFolder()
    /// Not there at first: what refuses before it writes must leave nothing.
    var folder: String { scratch.path("hub") }
    static let weights = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let model: RepositoryID

    init() throws { model = try RepositoryID(FakeHub.model) }

    var standardFiles: [String: [UInt8]] {
        [
            "config.json": Array(#"{"model_type":"llama"}"#.utf8), "tokenizer.json": Array("{}".utf8), "README.md": Array("Read me".utf8),
            "model.safetensors": Self.weights, "onnx/model.safetensors": [1, 2, 3], "notes with spaces.txt": [7],
        ]
    }

    /// Pulls from `address` with few and quick attempts.
    func pull(
        _ address: String, token: String? = nil, pattern: String? = nil, revision: String = "main",
        limits change: @Sendable (inout ModelHub.Limits) -> Void = { _ in },
        progress: @Sendable @escaping (ModelHub.Progress) -> Void = { _ in }
    ) async throws -> CachedRepository {
        var limits = ModelHub.Limits()
        limits.pause = .milliseconds(5)
        limits.attempts = 3
        change(&limits)
        let hub = ModelHub(
            endpoint: try HubEndpoint(address), cache: HubCache(folder: folder), token: HubToken(token), limits: limits)
        return try await hub.pull(model, revision: revision, pattern: pattern, progress: progress)
    }

    /// Empties the cache.
    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func contents(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(folder)/test-org--Tiny.Model-1/\(name)").map { Array($0) }
    }

    @Test("Fetches weights, configuration and tokenizer, and nothing else; a second pull fetches nothing")
    func pullsWhatIsNeeded() async throws {
        let hub = FakeHub(files: standardFiles)
        try await hub.serve { address in
            let seen = Mutex<[ModelHub.Progress]>([])
            let cached = try await pull(address, progress: { step in seen.withLock { $0.append(step) } })
            #expect(cached.files.map(\.path.text) == ["config.json", "tokenizer.json", "model.safetensors"])
            #expect(cached.commit == FakeHub.commit && cached.path == "\(folder)/test-org--Tiny.Model-1")
            #expect(contents("model.safetensors") == Self.weights)
            #expect(contents("README.md") == nil && contents("model.safetensors.partial") == nil)
            seen.withLock { seen in
                #expect(seen.last?.bytesDone == cached.byteCount && seen.allSatisfy { $0.byteCount == cached.byteCount })
                #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.bytesDone <= $1.bytesDone })
            }
            try cached.verify()
            let known = HubCache(folder: folder).models()
            #expect(known.map(\.id) == [FakeHub.model] && known.first?.files == cached.files)
            hub.forget()
            _ = try await pull(address)
            #expect(hub.requests.allSatisfy { $0.path.hasPrefix("/api/") })
        }
    }

    @Test("The token goes to the hub and not to its storage")
    func tokenStaysOnTheHub() async throws {
        let hub = FakeHub(files: standardFiles, token: "hf_secret")
        try await hub.serve { address in
            await #expect(throws: HubError.unauthorized(repository: FakeHub.model, hasToken: false)) { try await pull(address) }
            await #expect(throws: HubError.unauthorized(repository: FakeHub.model, hasToken: true)) {
                try await pull(address, token: "hf_wrong")
            }
            hub.forget()
            _ = try await pull(address, token: "hf_secret")
            #expect(hub.requests.filter { $0.server == "hub" }.allSatisfy { $0.authorization == "Bearer hf_secret" })
            let stored = hub.requests.filter { $0.server == "storage" }
            #expect(!stored.isEmpty && stored.allSatisfy { $0.authorization == nil })
        }
        #expect("\(HubToken("hf_secret").map { "\($0) \(String(reflecting: $0))" } ?? "")".contains("secret") == false)
    }

    @Test("Goes on where the connection broke, in the same pull and in a later one")
    func resumes() async throws {
        let hub = FakeHub(files: ["model.safetensors": Self.weights])
        try await hub.serve { address in
            hub.change { $0.cuts = [100_000, 50_000] }
            _ = try await pull(address)
            #expect(contents("model.safetensors") == Self.weights)
            let ranges = hub.requests.filter { $0.server == "storage" }.map(\.range)
            #expect(ranges.count == 3 && ranges[0] == nil && ranges[1...].allSatisfy { $0?.hasPrefix("bytes=") == true })

            remove()
            hub.forget()
            hub.change { $0.cuts = [60_000, 0, 0, 0, 0] }
            await #expect(throws: HubError.self) { try await pull(address) }
            let kept = try #require(contents("model.safetensors.partial"))
            #expect(!kept.isEmpty && kept == Array(Self.weights[..<kept.count]))
            hub.change { $0.cuts = [] }
            hub.forget()
            _ = try await pull(address)
            #expect(hub.requests.last?.range == "bytes=\(kept.count)-")
            #expect(contents("model.safetensors") == Self.weights)
        }
    }

    @Test("A server without ranges, and a partial file that is wrong, begin anew")
    func beginsAnew() async throws {
        let hub = FakeHub(files: ["model.safetensors": Self.weights])
        try await hub.serve { address in
            func leave(_ bytes: [UInt8]) throws {
                remove()
                try FileManager.default.createDirectory(atPath: "\(folder)/test-org--Tiny.Model-1", withIntermediateDirectories: true)
                try Data(bytes).write(to: URL(filePath: "\(folder)/test-org--Tiny.Model-1/model.safetensors.partial"))
            }
            hub.change { $0.ignoresRanges = true }
            try leave([UInt8](repeating: 9, count: 1000))
            _ = try await pull(address)
            #expect(contents("model.safetensors") == Self.weights)
            hub.change { $0.ignoresRanges = false }
            for count in [1000, Self.weights.count, Self.weights.count + 5] {
                try leave([UInt8](repeating: 9, count: count))
                _ = try await pull(address)
                #expect(contents("model.safetensors") == Self.weights, "\(count)")
            }
        }
    }

    @Test("Wrong content is refused and not kept")
    func wrongContent() async throws {
        let hub = FakeHub(files: standardFiles)
        try await hub.serve { address in
            hub.change { $0.spoiledByte = 17 }
            let error = await #expect(throws: HubError.self) { try await pull(address) }
            guard case .wrongChecksum("config.json", _, _)? = error else { Issue.record("\(String(describing: error))"); return }
            #expect(contents("config.json") == nil && contents("config.json.partial") == nil)
            let complete = HubCache(folder: folder).models()
            #expect(complete.isEmpty)
            hub.change {
                $0.spoiledByte = nil; $0.surplus = 10
            }
            let surplus = await #expect(throws: HubError.self) { try await pull(address, pattern: "model.safetensors") }
            guard case .wrongSize? = surplus else { Issue.record("\(String(describing: surplus))"); return }
            hub.change {
                $0.surplus = 0; $0.headTag = String(repeating: "0", count: 64)
            }
            let head = await #expect(throws: HubError.self) { try await pull(address, pattern: "model.safetensors") }
            guard case .wrongChecksum? = head else { Issue.record("\(String(describing: head))"); return }
        }
    }

    @Test("Damage on disk is found")
    func verifies() async throws {
        let hub = FakeHub(files: standardFiles)
        try await hub.serve { address in
            let cached = try await pull(address)
            let path = "\(cached.folder)/model.safetensors"
            var bytes = Self.weights
            bytes[5] ^= 1
            try Data(bytes).write(to: URL(filePath: path))
            let error = #expect(throws: HubError.self) { try cached.verify() }
            guard case .wrongChecksum? = error else { Issue.record("\(String(describing: error))"); return }
            try Data(bytes.dropLast()).write(to: URL(filePath: path))
            #expect(throws: HubError.wrongSize(file: "model.safetensors", expected: 300_000, actual: 299_999)) { try cached.verify() }
            try FileManager.default.removeItem(atPath: path)
            #expect(throws: HubError.notCached(path)) { try cached.verify() }
            _ = try await pull(address)
            try cached.verify()
        }
    }

    @Test("Refusals, redirects in circles and redirects off encryption are clear errors")
    func refusals() async throws {
        let hub = FakeHub(files: standardFiles)
        try await hub.serve { address in
            await #expect(throws: HubError.notFound(FakeHub.model)) { try await pull(address, revision: "v9") }
            hub.change { $0.statuses = [429] }
            await #expect(throws: HubError.rateLimited(host: "127.0.0.1")) { try await pull(address) }
            hub.change { $0.statuses = [503] }
            let down = await #expect(throws: HubError.self) { try await pull(address) }
            guard case .unexpectedStatus(503, _)? = down else { Issue.record("\(String(describing: down))"); return }
            hub.change { $0.redirectsInCircles = true }
            let loop = await #expect(throws: HubError.self) { try await pull(address) }
            guard case .redirectLoop? = loop else { Issue.record("\(String(describing: loop))"); return }
            hub.change {
                $0.redirectsInCircles = false; $0.redirectTarget = "http://192.0.2.7/file"
            }
            let plaintext = await #expect(throws: HubError.self) { try await pull(address) }
            guard case .unsafeRedirect? = plaintext else { Issue.record("\(String(describing: plaintext))"); return }
            hub.change { $0.redirectTarget = "file:///etc/passwd" }
            let scheme = await #expect(throws: HubError.self) { try await pull(address) }
            guard case .malformedAnswer? = scheme else { Issue.record("\(String(describing: scheme))"); return }
        }
    }

    @Test(
        "Hostile file names are refused before anything is written",
        arguments: ["../escape.safetensors", "/etc/x.safetensors", "a\\b.safetensors", "a//b.safetensors"])
    func hostileNames(name: String) async throws {
        let hub = FakeHub(files: ["config.json": [1], name: [1, 2, 3]])
        try await hub.serve { address in
            await #expect(throws: HubError.unsafeFileName(name)) { try await pull(address) }
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    @Test("GGUF models: the only one, or the one that is named")
    func ggufFiles() async throws {
        let hub = FakeHub(files: ["a-Q4_K_M.gguf": [1, 2], "a-Q8_0.gguf": [3, 4, 5], "README.md": [6]])
        try await hub.serve { address in
            await #expect(throws: HubError.ambiguous(model: FakeHub.model, files: ["a-Q4_K_M.gguf", "a-Q8_0.gguf"])) {
                try await pull(address)
            }
            let cached = try await pull(address, pattern: "*Q8_?.gguf")
            #expect(cached.path == "\(folder)/test-org--Tiny.Model-1/a-Q8_0.gguf" && contents("a-Q8_0.gguf") == [3, 4, 5])
            await #expect(throws: HubError.noFiles(model: FakeHub.model, pattern: "*.bin")) { try await pull(address, pattern: "*.bin") }
            await #expect(throws: HubError.tooLarge(bytes: 3, limit: 2)) {
                try await pull(address, pattern: "*Q8_0*", limits: { $0.byteCount = 2 })
            }
        }
    }

    @Test("Without a network the error says what to do")
    func offline() async throws {
        let error = await #expect(throws: HubError.self) { try await pull("http://127.0.0.1:9") }
        guard case .offline(let host, _)? = error else { Issue.record("\(String(describing: error))"); return }
        #expect(host == "127.0.0.1" && "\(error.map { "\($0)" } ?? "")".contains("--model"))
    }
}
