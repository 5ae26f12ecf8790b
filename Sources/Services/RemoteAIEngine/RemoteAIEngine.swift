import Foundation
import HTTPReader
import JSON
public import BeaconTypes
public import LoRA
public import Logging
public import Primitives
import ServiceInterfaces

/// The AI engine in another process, as an averager asks it: under `/polai/v1/engine` of its door, with the token of the node's
/// own roles.
public struct RemoteAIEngine: Sendable {
    public let baseModelRoot: Hash32
    public let layout: LoRALayout
    let spec: BeaconSpec
    /// Without a slash at the end.
    let address: String
    let token: @Sendable () -> String
    let logger: Logger

    static let requestTime: Duration = .seconds(30)
    /// For what carries an adapter.
    static let longTime: Duration = .seconds(1800)
    /// The largest answer that is read.
    static let answerLimit = 1 << 30

    /// - Parameters:
    ///   - address: `http://HOST:8552`.
    ///   - baseModelRoot: of the engine's model, whose adapters have `layout`.
    ///   - token: issues a token for one request.
    /// - Throws: `RemoteAIEngineError.badAddress`.
    public init(
        address: String, baseModelRoot: Hash32, layout: LoRALayout, spec: BeaconSpec, token: @escaping @Sendable () -> String,
        logger: Logger
    ) throws(RemoteAIEngineError) {
        guard let url = URL(string: address), url.scheme == "http" || url.scheme == "https", url.host?.isEmpty == false else {
            throw .badAddress(address)
        }
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        (self.baseModelRoot, self.layout, self.spec) = (baseModelRoot, layout, spec)
        (self.token, self.logger) = (token, logger)
    }

    func request(_ method: HTTPReader.Request.Method, _ path: String, _ body: [UInt8]? = nil, type: String = "application/json")
        -> HTTPReader.Request
    {
        var request = HTTPReader.Request(method, address + path, body: body)
        if body != nil { request.headers.append(("Content-Type", type)) }
        request.secret = ("Authorization", "Bearer \(token())")
        return request
    }

    /// The body of an answer; `nil` where the engine says that there is no such thing.
    func found(_ request: HTTPReader.Request, in time: Duration = requestTime) async throws -> [UInt8]? {
        let (status, body): (Int, [UInt8])
        do {
            (status, body) = try await HTTPReader(timeout: time).read(request, limit: Self.answerLimit)
        } catch {
            throw error == .cancelled ? CancellationError() : RemoteAIEngineError.unreachable(address, reason: "\(error)") as any Error
        }
        if status == 404 { return nil }
        guard (200..<300).contains(status) else { throw Self.refusal(status, body) }
        return body
    }

    func answer(_ request: HTTPReader.Request, in time: Duration = requestTime) async throws -> [UInt8] {
        guard let body = try await found(request, in: time) else { throw RemoteAIEngineError.notAnEngine(address) }
        return body
    }

    static func refusal(_ status: Int, _ body: [UInt8]) -> RemoteAIEngineError {
        let message = (try? JSONValue(parsing: body, depthLimit: 8))?["message"]?.string ?? "status \(status)"
        return .refused(status: status, message: String(message.prefix(300)))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ body: [UInt8], _ address: String) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(body)) } catch { throw RemoteAIEngineError.notAnEngine(address) }
    }
}
