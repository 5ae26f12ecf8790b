public import EngineTypes
import EngineWire
import JSON
public import JSONRPCCore
import Primitives
public import ServiceInterfaces

/// The `engine_` methods over an execution engine (execution-apis, src/engine).
///
/// This chain has Prague's rules from its first block, so that the methods of earlier forks answer "Unsupported fork".
public struct EngineMethods: Sendable {
    let engine: any ExecutionEngine
    let chain: any ExecutionChainReader
    let client: ClientIdentity

    /// What `engine_getClientVersionV1` tells.
    public struct ClientIdentity: Sendable {
        public var name: String
        public var version: String

        public init(name: String, version: String) {
            (self.name, self.version) = (name, version)
        }
    }

    public init(engine: any ExecutionEngine, chain: any ExecutionChainReader, client: ClientIdentity) {
        (self.engine, self.chain, self.client) = (engine, chain, client)
    }

    /// The methods that a consensus client may count on.
    public static let capabilities = [
        "engine_newPayloadV4", "engine_forkchoiceUpdatedV3", "engine_getPayloadV4", "engine_getPayloadBodiesByHashV1",
        "engine_getPayloadBodiesByRangeV1", "engine_getClientVersionV1",
    ]
    /// Methods for payloads that this chain never has.
    private static let earlierForks = [
        "engine_newPayloadV1", "engine_newPayloadV2", "engine_newPayloadV3", "engine_forkchoiceUpdatedV1",
        "engine_forkchoiceUpdatedV2", "engine_getPayloadV1", "engine_getPayloadV2", "engine_getPayloadV3",
    ]

    /// Adds all methods to `dispatcher`.
    public func register(in dispatcher: inout RPCDispatcher) {
        for name in Self.earlierForks {
            dispatcher.register(name) { _ in
                throw RPCError(.unsupportedFork, "Unsupported fork: this chain has Prague's rules from its first block")
            }
        }
        dispatcher.register("engine_newPayloadV4", newPayload)
        dispatcher.register("engine_forkchoiceUpdatedV3", forkchoiceUpdated)
        dispatcher.register("engine_getPayloadV4", getPayload)
        dispatcher.register("engine_exchangeCapabilities", exchangeCapabilities)
        dispatcher.register("engine_getClientVersionV1", clientVersion)
        dispatcher.register("engine_getPayloadBodiesByHashV1", payloadBodiesByHash)
        dispatcher.register("engine_getPayloadBodiesByRangeV1", payloadBodiesByRange)
    }

    /// Payload, versioned hashes (none on this chain), parent beacon block root, execution requests.
    private func newPayload(_ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 4)
        let payload = try parameters.read(0) { field throws(EngineWireError) in try ExecutionPayload(field) }
        let hashes = try parameters.read(1) { field throws(EngineWireError) in try field.elements(atMost: 4096) }
        let root = try parameters.read(2) { field throws(EngineWireError) in try field.hash() }
        let requests = try parameters.read(3) { field throws(EngineWireError) in try field.executionRequests() }
        try Self.checkOrder(of: requests)
        guard hashes.isEmpty else {
            return PayloadStatus.invalid("blob versioned hashes on a chain without blobs").engineJSON
        }
        return try await asking {
            try await engine.newPayload(payload, parentBeaconBlockRoot: root, executionRequests: requests).engineJSON
        }
    }

    /// Types ascend, and no request is without data (execution-apis, prague.md).
    private static func checkOrder(of requests: [[UInt8]]) throws(RPCError) {
        var last: UInt8?
        for request in requests {
            guard request.count > 1, let type = request.first, last.map({ $0 < type }) ?? true else {
                throw .invalidParameters("invalid argument 3: requests have data and ascending types")
            }
            last = type
        }
    }

    private func forkchoiceUpdated(_ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 2)
        let state = try parameters.read(0) { field throws(EngineWireError) in try ForkchoiceState(field) }
        let attributes = try parameters.optional(1).map { value in
            do {
                return try PayloadAttributes(EngineField(value))
            } catch {
                throw RPCError(.invalidPayloadAttributes, "Invalid payload attributes: \(error)")
            }
        }
        return try await asking { try await engine.forkchoiceUpdated(state, attributes: attributes).engineJSON }
    }

    private func getPayload(_ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 1)
        let id = try parameters.read(0) { field throws(EngineWireError) in try field.bytes8() }
        return try await asking { try await engine.getPayload(id).engineJSON }
    }

    private func exchangeCapabilities(_ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 1)
        _ = try parameters.read(0) { field throws(EngineWireError) in try field.elements(atMost: 1024) }
        return .array(Self.capabilities.map { .string($0) })
    }

    /// - Note: the two letters of a client's code are registered; ours is not.
    private func clientVersion(_ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 1)
        return [["code": "PO", "name": .string(client.name), "version": .string(client.version), "commit": "0x00000000"]]
    }

    /// Turns the engine's refusals into the codes of the Engine API. What else goes wrong becomes an internal error.
    private func asking(_ ask: () async throws -> JSONValue) async throws -> JSONValue {
        do {
            return try await ask()
        } catch let refusal as any EngineRefusal {
            guard let code = refusal.engineErrorCode else { throw RPCError.server("\(refusal)") }
            throw RPCError(code, "\(refusal)")
        }
    }
}

extension RPCError {
    init(_ code: EngineErrorCode, _ message: String) { self.init(code: code.rawValue, message: message) }
}

extension RPCParameters {
    /// The parameter at `index`, read as an object of the Engine API.
    func read<Value>(_ index: Int, _ read: (EngineField) throws(EngineWireError) -> Value) throws(RPCError) -> Value {
        do {
            return try read(EngineField(try required(index)))
        } catch let error as EngineWireError {
            throw Self.invalid(index, error.description)
        } catch {
            throw error as? RPCError ?? .internalError
        }
    }
}
