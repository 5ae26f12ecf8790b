public import EngineTypes
public import EngineWire
import HTTPReader
import JSON
public import Primitives
public import ServiceInterfaces

/// An execution engine in another process, asked over the Engine API with a token for each request.
///
/// Nothing is tried again here: a payload that was not answered is asked about by the next one.
public struct RemoteExecutionEngine: ExecutionEngine {
    /// Seconds for each method. Sealing is part of `getPayload`, which therefore has more.
    public struct Timeouts: Sendable {
        public var newPayload: Double = 8
        public var forkchoiceUpdated: Double = 8
        public var getPayload: Double = 30

        public init() {}
    }

    private let endpoint: String
    private let secret: JWTSecret
    private let timeouts: Timeouts
    private let now: @Sendable () -> Double

    /// - Parameters:
    ///   - endpoint: such as `http://localhost:8551`.
    ///   - now: seconds since the Unix epoch, for the tokens.
    public init(endpoint: EngineEndpoint, secret: JWTSecret, timeouts: Timeouts = Timeouts(), now: @escaping @Sendable () -> Double) {
        self.endpoint = endpoint.url
        (self.secret, self.timeouts, self.now) = (secret, timeouts, now)
    }

    public func newPayload(
        _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]]
    ) async throws -> PayloadStatus {
        let parameters: [JSONValue] = [
            payload.engineJSON, [], .string(parentBeaconBlockRoot.hex), .array(executionRequests.map { .string($0.hex) }),
        ]
        return try await call("engine_newPayloadV4", parameters, timeouts.newPayload) { field throws(EngineWireError) in
            try PayloadStatus(field)
        }
    }

    public func forkchoiceUpdated(_ state: ForkchoiceState, attributes: PayloadAttributes?) async throws -> ForkchoiceUpdated {
        let parameters = [state.engineJSON, attributes?.engineJSON ?? .null]
        return try await call("engine_forkchoiceUpdatedV3", parameters, timeouts.forkchoiceUpdated) { field throws(EngineWireError) in
            try ForkchoiceUpdated(field)
        }
    }

    public func getPayload(_ id: PayloadID) async throws -> GetPayloadResponse {
        try await call("engine_getPayloadV4", [.string(id.bytes.hex)], timeouts.getPayload) { field throws(EngineWireError) in
            try GetPayloadResponse(field)
        }
    }

    /// Asks which methods the engine has: whether it is there, holds the same secret and speaks this chain's version.
    public func exchangeCapabilities() async throws -> [String] {
        let wanted: JSONValue = ["engine_newPayloadV4", "engine_forkchoiceUpdatedV3", "engine_getPayloadV4"]
        return try await call("engine_exchangeCapabilities", [wanted], timeouts.newPayload) { field throws(EngineWireError) in
            var names: [String] = []
            for element in try field.elements(atMost: 1024) { names.append(try element.string()) }
            return names
        }
    }

    func call<Answer>(
        _ method: String, _ parameters: [JSONValue], _ seconds: Double, _ read: (EngineField) throws(EngineWireError) -> Answer
    ) async throws -> Answer {
        let result = try await result(of: method, parameters, seconds)
        do {
            return try read(EngineField(result))
        } catch {
            throw RemoteEngineError.malformed(method: method, reason: error.description)
        }
    }

    /// What a method answers, not read yet.
    private func result(of method: String, _ parameters: [JSONValue], _ seconds: Double) async throws -> JSONValue {
        let body: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .array(parameters)]
        var request = HTTPReader.Request(.post, endpoint, headers: [("Content-Type", "application/json")], body: body.utf8)
        request.secret = ("Authorization", "Bearer \(EngineToken.issue(secret, now: now()))")
        return try Self.result(method, try await send(request, method, seconds))
    }

    private func send(_ request: HTTPReader.Request, _ method: String, _ seconds: Double) async throws -> [UInt8] {
        let (status, bytes): (Int, [UInt8])
        do {
            (status, bytes) = try await HTTPReader(timeout: .seconds(seconds)).read(request, limit: EngineLimits.messageBytes)
        } catch {
            if case .cancelled = error { throw CancellationError() }
            throw RemoteEngineError.unreachable(endpoint, reason: "\(error)")
        }
        guard status != 401 else { throw RemoteEngineError.unauthorised(endpoint, reason: Self.message(bytes)) }
        guard status == 200 else { throw RemoteEngineError.refused(method: method, status: status, reason: Self.message(bytes)) }
        return bytes
    }

    private static func result(_ method: String, _ bytes: [UInt8]) throws(RemoteEngineError) -> JSONValue {
        let answer: JSONValue
        do { answer = try JSONValue(parsing: bytes, depthLimit: 16) } catch { throw .malformed(method: method, reason: "\(error)") }
        if let error = answer["error"], !error.isNull {
            let message = String((error["message"]?.string ?? "no message").prefix(500))
            throw .answered(method: method, code: error["code"]?.int ?? 0, message: message)
        }
        guard let result = answer["result"] else { throw .malformed(method: method, reason: "neither result nor error") }
        return result
    }

    /// What a refusal says, cut to a length that a log bears.
    private static func message(_ bytes: [UInt8]) -> String {
        let text = (try? JSONValue(parsing: bytes, depthLimit: 8))?["message"]?.string ?? String(decoding: bytes.prefix(200), as: UTF8.self)
        return String(text.prefix(200))
    }
}
