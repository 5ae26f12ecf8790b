public import Primitives

/// The answer of `engine_getPayloadV4`: a built and sealed payload.
///
/// Blobs are off on this chain, so there is no blobs bundle.
public struct GetPayloadResponse: Hashable, Sendable {
    public var payload: ExecutionPayload
    /// Wei that the fee recipient earns.
    public var blockValue: UInt256
    /// EIP-7685 requests: type byte, then data; ascending types, none empty.
    public var executionRequests: [[UInt8]]

    public init(payload: ExecutionPayload, blockValue: UInt256, executionRequests: [[UInt8]]) {
        self.payload = payload
        self.blockValue = blockValue
        self.executionRequests = executionRequests
    }
}
