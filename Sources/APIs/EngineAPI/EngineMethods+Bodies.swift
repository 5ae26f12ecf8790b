import EngineTypes
import EngineWire
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EngineMethods {
    /// `engine_getPayloadBodiesByHashV1`: transactions and withdrawals of each block, null for one that is not here.
    func payloadBodiesByHash(_ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 1)
        let fields = try parameters.read(0) { field throws(EngineWireError) in try field.elements(atMost: .max) }
        try Self.checkCount(UInt64(fields.count))
        var hashes: [Hash32] = []
        for field in fields {
            do { hashes.append(try field.hash()) } catch { throw RPCParameters.invalid(0, error.description) }
        }
        var bodies: [JSONValue] = []
        for hash in hashes { bodies.append(Self.body(try await chain.block(.hash(hash)))) }
        return .array(bodies)
    }

    /// `engine_getPayloadBodiesByRangeV1`: from a height on, ending at the head.
    func payloadBodiesByRange(_ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: 2)
        let start = try parameters.read(0) { field throws(EngineWireError) in try field.uint64() }
        let count = try parameters.read(1) { field throws(EngineWireError) in try field.uint64() }
        guard start > 0, count > 0 else { throw RPCError.invalidParameters("start and count are at least 1") }
        try Self.checkCount(count)
        guard let head = try await chain.block(.latest)?.payload.blockNumber, start <= head else { return [] }
        let (last, overflow) = start.addingReportingOverflow(count - 1)
        var bodies: [JSONValue] = []
        for number in start...(overflow ? head : min(last, head)) { bodies.append(Self.body(try await chain.block(.number(number)))) }
        return .array(bodies)
    }

    private static func checkCount(_ count: UInt64) throws(RPCError) {
        guard count <= EngineLimits.payloadBodies else {
            throw RPCError(.tooLargeRequest, "Too large request: \(count) blocks, at most \(EngineLimits.payloadBodies)")
        }
    }

    private static func body(_ block: ExecutionBlock?) -> JSONValue {
        guard let payload = block?.payload else { return .null }
        return [
            "transactions": .array(payload.transactions.map { .string($0.hex) }),
            "withdrawals": .array(payload.withdrawals.map(\.engineJSON)),
        ]
    }
}
