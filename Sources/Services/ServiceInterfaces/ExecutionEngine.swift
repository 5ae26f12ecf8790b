public import EngineTypes
public import Primitives

/// The boundary between consensus and execution layer: the Engine API's V4 methods, as a direct call in one
/// process or over HTTP with JWT between two.
public protocol ExecutionEngine: Sendable {
    /// `engine_newPayloadV4`: checks and stores a block.
    ///
    /// - Parameters:
    ///   - payload: the block without the fields below.
    ///   - parentBeaconBlockRoot: the root of the parent beacon block, a header field (EIP-4788).
    ///   - executionRequests: EIP-7685 requests, whose hash is a header field.
    /// - Returns: the verdict. A bad payload is `INVALID` with its reason, never a thrown error.
    /// - Throws: when the engine cannot be reached or cannot store.
    func newPayload(
        _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]]
    ) async throws -> PayloadStatus

    /// `engine_forkchoiceUpdatedV3`: moves head, safe and finalised block. With `attributes` it also begins
    /// to build and seal a payload on the new head, and stops whatever was under construction before.
    func forkchoiceUpdated(_ state: ForkchoiceState, attributes: PayloadAttributes?) async throws -> ForkchoiceUpdated

    /// `engine_getPayloadV4`: the payload begun by `forkchoiceUpdated`, waiting for its seal if need be.
    ///
    /// - Throws: when the id is unknown, or building was abandoned for a newer head, or the seal took too long.
    func getPayload(_ id: PayloadID) async throws -> GetPayloadResponse
}
