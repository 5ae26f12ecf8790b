import HTTPReader
public import Primitives
import ServiceInterfaces

extension RemoteAIEngine {
    /// The root of the engine's base model: whether it is there, and takes this role's token.
    public func engineModelRoot() async throws -> Hash32 {
        // The list is for holders of the secret alone.
        _ = try await answer(request(.get, "/polai/v1/engine/updates?limit=1"))
        let status = try Self.decode(AIEngineStatus.self, try await answer(request(.get, "/status")), address)
        guard let root = try? Hash32(hex: status.baseModelRoot) else { throw RemoteAIEngineError.notAnEngine(address) }
        return root
    }
}
