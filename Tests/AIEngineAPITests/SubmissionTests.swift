import AIEngineAPI
import Hummingbird
import HummingbirdTesting
import JSON
import NIOCore
import Primitives
import ServiceInterfaces
import Testing
import UpdateLife

/// Takes files that begin with 1 and refuses others as they begin.
private struct FixtureGateway: TrainerGateway {
    func adapterBytes(root: Hash32) async throws -> [UInt8]? { root == FixtureEngine.filled(6) ? [6, 6, 6] : nil }

    /// Two changes, then the end.
    func changes() async -> AsyncStream<Void> {
        AsyncStream { continuation in
            for _ in 0..<2 { continuation.yield() }
            continuation.finish()
        }
    }

    func submit(_ file: [UInt8]) async throws -> Hash32 {
        switch file.first {
        case 1: SHA256.hash(file)
        case 2: throw SubmissionError.refused(RefusedUpdate(.parent, "it starts from another adapter"))
        case 3: throw SubmissionError.refused(RefusedUpdate(.signature, "the signature is not its trainer's"))
        case 4: throw SubmissionError.busy(waiting: 64)
        default: throw SubmissionError.refused(RefusedUpdate(.damaged, "it is damaged"))
        }
    }
}

@Suite("Trainers at the AI engine's door")
struct SubmissionTests {
    let application = Application(
        router: AIEngineDoor(learning: FixtureEngine(), observer: FixtureEngine(), gateway: FixtureGateway()).router())

    func post(_ body: [UInt8]) async throws -> TestResponse {
        try await application.test(.router) {
            try await $0.executeRequest(uri: "/updates", method: .post, headers: [:], body: ByteBuffer(bytes: body))
        }
    }

    @Test("A good file is accepted with its id")
    func accepts() async throws {
        let file = [1] + [UInt8](repeating: 7, count: 149_999)
        let response = try await post(file)
        #expect(response.status == .accepted)
        #expect(try JSONValue(parsing: response.body.readableBytesView)["id"]?.string == SHA256.hash(file).hex)
    }

    @Test("Refusals say why and what to do", arguments: [([2], 409), ([3], 403), ([4], 503), ([9], 400), ([], 400)] as [([UInt8], Int)])
    func refuses(body: [UInt8], status: Int) async throws {
        let response = try await post(body)
        #expect(response.status.code == status)
        let error = try JSONValue(parsing: response.body.readableBytesView)
        #expect(error["message"]?.string?.isEmpty == false && error["hint"]?.string?.isEmpty == false)
    }

    @Test("More than 150,000 bytes are not even read")
    func limits() async throws {
        #expect(try await post([UInt8](repeating: 1, count: 150_001)).status == .contentTooLarge)
    }

    @Test(
        "The raw form of an adapter",
        arguments: [
            ("/adapter?form=raw", 200), ("/adapter?form=raw&root=\(FixtureEngine.filled(6).hex)", 200),
            ("/adapter?form=raw&root=\(FixtureEngine.filled(5).hex)", 404), ("/adapter?form=gguf", 400), ("/adapter?form=peft", 200),
        ])
    func raw(path: String, status: Int) async throws {
        let response = try await application.test(.router) { try await $0.executeRequest(uri: path, method: .get, headers: [:], body: nil) }
        #expect(response.status.code == status)
        if status == 200 { #expect(Array(response.body.readableBytesView) == (path.contains("raw") ? [6, 6, 6] : [9, 9])) }
    }

    @Test("Changes are told as events, until the node ends")
    func changes() async throws {
        let response = try await application.test(.router) {
            try await $0.executeRequest(uri: "/changes", method: .get, headers: [:], body: nil)
        }
        #expect(response.status == .ok && response.headers[.contentType] == "text/event-stream")
        let events = String(buffer: response.body).split(separator: "\n").filter { $0 == "event: change" }
        #expect(events.count == 2)
    }

    @Test("Without a gateway the door only reads")
    func readsOnly() async throws {
        let application = Application(router: AIEngineDoor(learning: FixtureEngine(), observer: FixtureEngine()).router())
        let response = try await application.test(.router) {
            try await $0.executeRequest(uri: "/updates", method: .post, headers: [:], body: ByteBuffer(bytes: [1]))
        }
        #expect(response.status == .methodNotAllowed)
    }
}
