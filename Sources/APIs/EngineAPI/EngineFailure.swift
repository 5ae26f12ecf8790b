import EngineTypes
import EngineWire
import JSON
import JSONRPCCore

extension EngineMethods {
    /// Turns the engine's refusals into the codes of the Engine API. What else goes wrong becomes an internal error.
    func asking(_ ask: () async throws -> JSONValue) async throws -> JSONValue {
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

    /// -38005.
    static func unsupportedFork(_ method: String, _ fork: some Any) -> RPCError {
        RPCError(.unsupportedFork, "Unsupported fork: \(method) is not for \(fork)")
    }
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
