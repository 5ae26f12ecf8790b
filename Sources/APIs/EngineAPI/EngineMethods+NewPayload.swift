import EngineTypes
import EngineWire
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EngineMethods {
    /// `engine_newPayloadV1` to `V4`: a payload; from V3 on its blobs' versioned hashes and the parent beacon block root; from V4 on
    /// its execution requests.
    func newPayload(_ version: Int, _ parameters: RPCParameters) async throws -> JSONValue {
        try parameters.expect(atMost: version < 3 ? 1 : version)
        let (number, time) = try parameters.read(0) { field throws(EngineWireError) in
            (try field["blockNumber"].uint64(), try field["timestamp"].uint64())
        }
        let fork = chain.rules.fork(number: number, timestamp: time)
        // The first versions knew nothing of later payloads: whose such a payload is decides before its members do.
        if version < 3 { try VersionedMethod.newPayload.demand(version, for: fork) }
        let form = EngineForm(VersionedMethod.form(version, fork), hasSeal: hasSeal)
        let payload = try parameters.read(0) { field throws(EngineWireError) in try ExecutionPayload(field, form) }
        var (root, requests): (Hash32, [[UInt8]]) = (.zero, [])
        var hashes: [Hash32]?
        if version >= 3 {
            hashes = try Self.hashes(parameters)
            root = try parameters.read(2) { field throws(EngineWireError) in try field.hash() }
        }
        if version >= 4 {
            requests = try parameters.read(3) { field throws(EngineWireError) in try field.executionRequests() }
            try Self.checkOrder(of: requests)
        }
        if version >= 3 { try VersionedMethod.newPayload.demand(version, for: fork) }
        if let hashes, hashes != Self.blobHashes(of: payload) {
            return PayloadStatus.invalid("the blob versioned hashes are not those of the payload's transactions").engineJSON
        }
        let (parentRoot, executionRequests) = (root, requests)
        return try await asking {
            try await engine.newPayload(payload, parentBeaconBlockRoot: parentRoot, executionRequests: executionRequests).engineJSON
        }
    }

    private static func hashes(_ parameters: RPCParameters) throws -> [Hash32] {
        let fields = try parameters.read(1) { field throws(EngineWireError) in try field.elements(atMost: 4096) }
        var hashes: [Hash32] = []
        for field in fields {
            do { hashes.append(try field.hash()) } catch { throw RPCParameters.invalid(1, error.description) }
        }
        return hashes
    }

    /// Of the payload's blob transactions, in their order. What cannot be read is the engine's to refuse.
    private static func blobHashes(of payload: ExecutionPayload) -> [Hash32] {
        payload.transactions.flatMap { encoded in
            encoded.first == Transaction.Kind.blob.rawValue ? (try? Transaction(encoded: encoded))?.blobHashes ?? [] : []
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
}
