import ContentRouting
public import Foundation
import HTTPReader
public import LoRA
public import Primitives
public import ServiceInterfaces
import UpdateCodec
public import UpdateLife

/// A running node over the AI engine's HTTP door: `GET /status`, `GET /adapter?form=raw`, `POST /updates`,
/// `GET /updates/{id}`, `GET /changes`.
public struct RemoteLearningNode: LearningNodeClient {
    /// What a trainer needs of `GET /status`.
    public struct Status: Decodable, Sendable {
        public let model: String
        public let baseModelRoot: String
        public let devTextsRoot: String
        public let headAdapterRoot: String
    }

    /// The door's address, such as `http://127.0.0.1:8552`.
    public let node: URL
    let layout: LoRALayout
    /// How often a request that met no answer is made again.
    private static let attempts = 5
    private static let timeout = Duration.seconds(30)
    /// For what carries an adapter or an update.
    private static let longTimeout = Duration.seconds(1800)
    /// The largest answer that is read: a raw adapter of the largest models stays below.
    private static let answerLimit = 1 << 30

    public init(node: URL, layout: LoRALayout) {
        self.node = node
        self.layout = layout
    }

    /// Reads an address; only plain HTTP with a host makes one.
    public static func address(_ text: String) throws(RemoteLearningNodeError) -> URL {
        guard let url = URL(string: text), url.scheme == "http", let host = url.host, !host.isEmpty else {
            throw .badAddress(text)
        }
        return url
    }

    public static func status(of node: URL) async throws -> Status {
        try decode(Status.self, from: try await answer(to: HTTPReader.Request(.get, node.appending(path: "status").absoluteString)))
    }

    public func head() async throws -> Hash32 { try Hash32(hex: try await Self.status(of: node).headAdapterRoot) }

    public func adapter(_ root: Hash32) async throws -> LoRAAdapter? {
        let url = node.appending(path: "adapter").appending(queryItems: [
            URLQueryItem(name: "form", value: "raw"), URLQueryItem(name: "root", value: root.hex),
        ])
        guard let bytes = try await Self.found(HTTPReader.Request(.get, url.absoluteString), in: Self.longTimeout) else { return nil }
        let adapter = try LoRAAdapter(layout: layout, bytes: bytes)
        guard adapter.root == root else { throw RemoteLearningNodeError.wrongAdapter(root) }
        return adapter
    }

    public func publish(_ file: [UInt8]) async throws -> Hash32 {
        guard file.count <= UpdateFile.maximumSize else {
            throw RoutingError.blobTooLong(file.count, limit: UpdateFile.maximumSize)
        }
        struct Accepted: Decodable { let id: String }
        let request = HTTPReader.Request(
            .post, node.appending(path: "updates").absoluteString, headers: [("Content-Type", "application/octet-stream")], body: file)
        return try Hash32(hex: try Self.decode(Accepted.self, from: try await Self.answer(to: request, in: Self.longTimeout)).id)
    }

    public func verdict(on id: Hash32) async throws -> UpdateSummary? { try await Self.update(id, of: node) }

    /// What a node knows of an update.
    public static func update(_ id: Hash32, of node: URL) async throws -> UpdateSummary? {
        let request = HTTPReader.Request(.get, node.appending(path: "updates/\(id.hex)").absoluteString)
        return try await found(request).map { try decode(UpdateSummary.self, from: $0) }
    }

    public func noteRefused(_ id: Hash32, _ facts: FileFacts, _ reason: RefusedUpdate) async {}

    /// The signs that the node gives (`GET /changes`). Where its stream ends it is opened again, and the first sign of a stream
    /// stands for all that came meanwhile; a node that has no such stream is looked at whenever it is tried.
    public func changes() -> AsyncStream<Void> {
        let request = HTTPReader.Request(.get, node.appending(path: "changes").absoluteString)
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let following = Task {
                continuation.yield()
                var line = WaitingLine("the signs of \(node)")
                while !Task.isCancelled {
                    var reason = "its stream of changes ended"
                    do {
                        let answer = try await HTTPReader.stream(request)
                        if answer.status == 200 {
                            _ = line.succeeded()
                            for try await _ in answer.events { continuation.yield() }
                        } else {
                            reason = "status \(answer.status)"
                        }
                    } catch {
                        reason = "\(error)"
                    }
                    try? await Task.sleep(for: line.failed(reason).pause)
                    continuation.yield()
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in following.cancel() }
        }
    }

    /// The body of an answer, or `nil` when the node says 404.
    private static func found(_ request: HTTPReader.Request, in time: Duration = timeout) async throws -> [UInt8]? {
        do {
            return try await answer(to: request, in: time)
        } catch RemoteLearningNodeError.refused(404, _) {
            return nil
        }
    }

    /// The body of a successful answer. A node that does not answer is asked again, as it may be restarting.
    private static func answer(to request: HTTPReader.Request, in time: Duration = timeout) async throws -> [UInt8] {
        var attempt = 1
        while true {
            let answer: (status: Int, body: [UInt8])
            do {
                answer = try await HTTPReader(timeout: time).read(request, limit: answerLimit)
            } catch {
                if error == .cancelled { throw CancellationError() }
                if case .tooLong = error { throw RemoteLearningNodeError.notANode }
                guard attempt < attempts else { throw RemoteLearningNodeError.unreachable(request.url, "\(error)") }
                try await Task.sleep(for: .seconds(attempt))
                attempt += 1
                continue
            }
            guard (200..<300).contains(answer.status) else {
                struct Refusal: Decodable {
                    let message: String
                    let hint: String?
                }
                let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.body))
                let text = refusal.map { [$0.message, $0.hint].compactMap { $0 }.joined(separator: "; ") }
                throw RemoteLearningNodeError.refused(answer.status, text ?? "status \(answer.status)")
            }
            return answer.body
        }
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(body)) } catch { throw RemoteLearningNodeError.notANode }
    }
}

/// Why a node could not be worked with.
public enum RemoteLearningNodeError: Error, Equatable, Sendable, CustomStringConvertible {
    case badAddress(String)
    case unreachable(String, String)
    case refused(Int, String)
    case notANode
    case wrongAdapter(Hash32)

    public var description: String {
        switch self {
        case .badAddress(let text): "'\(text)' is no node's address; give one such as http://127.0.0.1:8552"
        case .unreachable(let url, let reason):
            "no answer from \(url) (\(reason)); is 'polai up' running, and is --node its AI engine's port?"
        case .refused(_, let message): "the node refuses: \(message)"
        case .notANode: "the answer is not a node's; --node must name the AI engine's port, 8552 by default"
        case .wrongAdapter(let root): "the node sent other bytes than the adapter \(root); use another node"
        }
    }
}
