public import BeaconTypes
public import EngineTypes
public import Primitives
public import ServiceInterfaces
import StateTransition

/// An execution layer that builds empty payloads as the consensus layer wants them and finds every payload valid, unless it
/// is told that it cannot check them.
public actor ObligingEngine: ExecutionEngine {
    private struct Known {
        var number: UInt64
        var timestamp: UInt64
        var difficulty: UInt256
    }

    private let slotDurationMs: UInt64
    private var known: [Hash32: Known]
    private var isBehind = false
    private var building: (parent: Hash32, attributes: PayloadAttributes)?

    public init(genesis: ExecutionPayloadHeader, slotDurationMs: UInt64) {
        self.slotDurationMs = slotDurationMs
        known = [genesis.blockHash: Known(number: genesis.blockNumber, timestamp: genesis.timestamp, difficulty: genesis.difficulty)]
    }

    /// While it is behind it answers `SYNCING`.
    public func setBehind(_ isBehind: Bool) { self.isBehind = isBehind }

    public func newPayload(
        _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]]
    ) async throws -> PayloadStatus {
        known[payload.blockHash] = Known(number: payload.blockNumber, timestamp: payload.timestamp, difficulty: payload.difficulty)
        return isBehind ? PayloadStatus(.syncing) : .valid(payload.blockHash)
    }

    public func forkchoiceUpdated(_ state: ForkchoiceState, attributes: PayloadAttributes?) async throws -> ForkchoiceUpdated {
        if let attributes { building = (state.headBlockHash, attributes) }
        return ForkchoiceUpdated(
            payloadStatus: isBehind ? PayloadStatus(.syncing) : .valid(state.headBlockHash),
            payloadID: attributes == nil || isBehind ? nil : PayloadID())
    }

    public func getPayload(_ id: PayloadID) async throws -> GetPayloadResponse {
        guard let building, let parent = known[building.parent] else { throw SubmissionRefused("nothing is being built") }
        let attributes = building.attributes
        let payload = ExecutionPayload(
            parentHash: building.parent, feeRecipient: attributes.suggestedFeeRecipient, prevRandao: attributes.prevRandao,
            blockNumber: parent.number + 1, gasLimit: 30_000_000, timestamp: attributes.timestamp,
            extraData: PolExtraData.bytes(parentHash: building.parent, updateID: attributes.updateID),
            blockHash: SHA256.hash(building.parent, attributes.prevRandao), withdrawals: attributes.withdrawals,
            difficulty: try computeDifficulty(
                parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp, timestamp: attributes.timestamp,
                slotDurationMilliseconds: slotDurationMs))
        return GetPayloadResponse(payload: payload, blockValue: .zero, executionRequests: [])
    }
}
