import EngineTypes
import EngineWire
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EngineMethods {
    /// `engine_forkchoiceUpdatedV1` to `V3`, which differ in the attributes of a payload to be built.
    func forkchoiceUpdated(_ version: Int, _ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 2)
        let state = try parameters.read(0) { field throws(EngineWireError) in try ForkchoiceState(field) }
        let wanted: PayloadAttributes?
        do {
            wanted = try parameters.optional(1).map { try attributes(version, EngineField($0)) }
        } catch let error as RPCError {
            // Wrong attributes do not undo the fork choice: it is followed without them (cancun.md).
            if error.code != RPCError.invalidParameters("").code { _ = try await asking { try await follow(state, nil) } }
            throw error
        }
        return try await asking { try await follow(state, wanted) }
    }

    private func follow(_ state: ForkchoiceState, _ attributes: PayloadAttributes?) async throws -> JSONValue {
        try await engine.forkchoiceUpdated(state, attributes: attributes).engineJSON
    }

    private func attributes(_ version: Int, _ field: EngineField) throws -> PayloadAttributes {
        func read(_ fork: ExecutionFork) throws -> PayloadAttributes {
            do {
                return try PayloadAttributes(field, EngineForm(VersionedMethod.form(version, fork), hasSeal: hasSeal))
            } catch {
                guard version >= 3 else { throw RPCParameters.invalid(1, error.description) }
                throw RPCError(.invalidPayloadAttributes, "Invalid payload attributes: \(error)")
            }
        }
        if version >= 3 {
            let attributes = try read(.cancun)
            try VersionedMethod.forkchoiceUpdated.demand(version, for: fork(attributes.timestamp))
            return attributes
        }
        let time: UInt64
        do { time = try field["timestamp"].uint64() } catch { throw RPCParameters.invalid(1, error.description) }
        try VersionedMethod.forkchoiceUpdated.demand(version, for: fork(time))
        return try read(fork(time))
    }

    /// The rules of a payload to be built: at least those of the merge.
    private func fork(_ time: UInt64) -> ExecutionFork { chain.rules.fork(number: .max, timestamp: time) }

    /// `engine_getPayloadV1` to `V5`, which differ in what they answer beside the payload.
    func getPayload(_ version: Int, _ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 1)
        let id = try parameters.read(0) { field throws(EngineWireError) in try field.bytes8() }
        return try await asking {
            let answer = try await engine.getPayload(id)
            let fork = chain.rules.fork(number: answer.payload.blockNumber, timestamp: answer.payload.timestamp)
            try VersionedMethod.getPayload.demand(version, for: fork)
            let form = EngineForm(VersionedMethod.form(version, fork), hasSeal: hasSeal)
            return answer.engineJSON(form, method: version)
        }
    }
}
