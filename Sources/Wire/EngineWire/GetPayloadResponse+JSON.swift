public import EngineTypes
public import JSON
import Primitives

extension GetPayloadResponse {
    /// The result of `engine_getPayloadV4` with this chain's own members.
    public var engineJSON: JSONValue { engineJSON(.own, method: 4) }

    /// The result of `engine_getPayloadV1` to `V5`. The blobs bundle is empty: the pool takes no blobs.
    public func engineJSON(_ form: EngineForm, method version: Int) -> JSONValue {
        guard version > 1 else { return payload.engineJSON(form) }
        var members: [JSONValue.Member] = [
            .init("executionPayload", payload.engineJSON(form)), .init("blockValue", .quantity(blockValue)),
        ]
        if version >= 3 {
            members.append(.init("blobsBundle", ["commitments": [], "proofs": [], "blobs": []]))
            members.append(.init("shouldOverrideBuilder", false))
        }
        if version >= 4 { members.append(.init("executionRequests", .array(executionRequests.map { .data($0) }))) }
        return .object(members)
    }

    public init(_ field: EngineField) throws(EngineWireError) {
        self.init(
            payload: try ExecutionPayload(field["executionPayload"]), blockValue: try field["blockValue"].uint256(),
            executionRequests: try field["executionRequests"].executionRequests())
    }
}

extension EngineField {
    /// EIP-7685 requests: type byte and data each.
    public func executionRequests() throws(EngineWireError) -> [[UInt8]] {
        var requests: [[UInt8]] = []
        for element in try elements(atMost: EngineLimits.executionRequests) {
            requests.append(try element.data(atMost: EngineLimits.messageBytes))
        }
        return requests
    }
}
