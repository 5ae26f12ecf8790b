import EngineWire
import ExecutionChain
import JSON
public import JSONRPCCore
public import ServiceInterfaces

/// The `engine_` methods over an execution engine (execution-apis, src/engine), for payloads from Paris to Osaka.
///
/// This project's chain has Prague's rules from its first block: there the methods of earlier forks answer "Unsupported fork".
public struct EngineMethods: Sendable {
    let engine: any ExecutionEngine
    let chain: any ExecutionChainReader & ChainInspector
    let client: ClientIdentity

    /// What `engine_getClientVersionV1` tells.
    public struct ClientIdentity: Sendable {
        public var name: String
        public var version: String

        public init(name: String, version: String) {
            (self.name, self.version) = (name, version)
        }
    }

    public init(engine: any ExecutionEngine, chain: any ExecutionChainReader & ChainInspector, client: ClientIdentity) {
        (self.engine, self.chain, self.client) = (engine, chain, client)
    }

    /// The methods that a consensus client may count on.
    public static let capabilities =
        VersionedMethod.allCases.flatMap { method in (1...method.newest).map(method.name) }
        + ["engine_getPayloadBodiesByHashV1", "engine_getPayloadBodiesByRangeV1", "engine_getClientVersionV1"]

    /// Adds all methods to `dispatcher`.
    public func register(in dispatcher: inout RPCDispatcher) {
        for method in VersionedMethod.allCases {
            for version in 1...method.newest {
                dispatcher.register(method.name(version)) { try await answer(method, version, $0) }
            }
        }
        dispatcher.register("engine_exchangeCapabilities", exchangeCapabilities)
        dispatcher.register("engine_getClientVersionV1", clientVersion)
        dispatcher.register("engine_getPayloadBodiesByHashV1", payloadBodiesByHash)
        dispatcher.register("engine_getPayloadBodiesByRangeV1", payloadBodiesByRange)
    }

    private func answer(_ method: VersionedMethod, _ version: Int, _ parameters: RPCParameters) async throws -> JSONValue {
        switch method {
        case .newPayload: try await newPayload(version, parameters)
        case .forkchoiceUpdated: try await forkchoiceUpdated(version, parameters)
        case .getPayload: try await getPayload(version, parameters)
        }
    }

    /// Whether payloads and attributes have this project's own members.
    var hasSeal: Bool { if case .polai = chain.rules.sealing { true } else { false } }

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
}
