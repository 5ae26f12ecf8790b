import BeaconTypes
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Primitives
import SSZ
import Synchronization

/// A beacon node's REST interface in memory: answers are set by the test, requests are kept.
final class FakeBeaconAPI: Sendable {
    struct Answer: Sendable {
        var status = 200
        var body: [UInt8] = []
        /// Seconds before the answer.
        var delay = 0.0
        var type = "application/json"

        static func json(_ value: JSONValue, status: Int = 200) -> Answer { Answer(status: status, body: value.utf8) }
        static func data(_ value: JSONValue) -> Answer { .json(["data": value]) }
    }

    struct Request: Sendable, Hashable {
        var method: String
        var target: String
        var version: String?
        var body: String
    }

    private struct State {
        /// By method and path; the last answer of a list is given again and again.
        var answers: [String: [Answer]] = [:]
        var requests: [Request] = []
    }

    private let state = Mutex(State())

    init(preset: String = "pol") {
        answer("GET /eth/v1/config/spec", .data(Self.spec(preset: preset)))
        answer("GET /eth/v1/config/fork_schedule", .data([Self.fork(epoch: 0, version: "0x05000001")]))
        answer(
            "GET /eth/v1/beacon/genesis",
            .data(["genesis_time": "1000", "genesis_validators_root": .string(Root.zero.hex), "genesis_fork_version": "0x00000001"]))
    }

    static func spec(preset: String) -> JSONValue {
        [
            "PRESET_BASE": .string(preset), "CONFIG_NAME": "devnet", "SECONDS_PER_SLOT": "4", "SLOTS_PER_EPOCH": "1",
            "CAPELLA_FORK_VERSION": "0x03000009", "AGGREGATE_DUE_BPS": "7000",
        ]
    }

    static func fork(epoch: UInt64, version: String) -> JSONValue {
        ["previous_version": .string(version), "current_version": .string(version), "epoch": .string(String(epoch))]
    }

    func answer(_ route: String, _ answers: Answer...) { state.withLock { $0.answers[route] = answers } }

    var requests: [Request] { state.withLock { $0.requests } }

    /// The requests after the connection was made.
    var duties: [Request] { requests.filter { !$0.target.contains("/config/") && !$0.target.contains("/genesis") } }

    private func respond(_ request: Request, path: String) -> Answer {
        state.withLock { state in
            state.requests.append(request)
            let route = "\(request.method) \(path)"
            guard var answers = state.answers[route], let first = answers.first else {
                return .json(["code": 404, "message": .string("no answer for \(route)")], status: 404)
            }
            if answers.count > 1 {
                answers.removeFirst()
                state.answers[route] = answers
            }
            return first
        }
    }

    /// Serves on a port of the system's choice while `body` runs.
    @discardableResult
    func serve<R: Sendable>(_ body: @escaping @Sendable (_ url: String) async throws -> R) async throws -> R {
        let router = Router()
        let handler: @Sendable (Hummingbird.Request, BasicRequestContext) async throws -> Response = { request, _ in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            let name = HTTPField.Name("Eth-Consensus-Version")
            let seen = Request(
                method: request.method.rawValue, target: request.uri.description, version: name.flatMap { request.headers[$0] },
                body: String(buffer: bytes))
            let answer = self.respond(seen, path: request.uri.path)
            if answer.delay > 0 { try await Task.sleep(for: .seconds(answer.delay)) }
            return Response(
                status: HTTPResponse.Status(code: answer.status), headers: [.contentType: answer.type],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        }
        router.get("**", use: handler)
        router.post("**", use: handler)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "fake")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) }, logger: logger)
        return try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body("http://127.0.0.1:\(port)") }
                return nil
            }
            while let result = try await group.next() {
                if let result {
                    group.cancelAll()
                    return result
                }
            }
            throw CancellationError()
        }
    }
}
