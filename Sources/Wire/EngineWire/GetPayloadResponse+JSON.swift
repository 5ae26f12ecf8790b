public import EngineTypes
public import JSON
import Primitives

extension GetPayloadResponse {
    /// The result of `engine_getPayloadV4`. The blobs bundle is empty: this chain has no blobs.
    public var engineJSON: JSONValue {
        [
            "executionPayload": payload.engineJSON, "blockValue": .quantity(blockValue),
            "blobsBundle": ["commitments": [], "proofs": [], "blobs": []], "shouldOverrideBuilder": false,
            "executionRequests": .array(executionRequests.map { .data($0) }),
        ]
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
