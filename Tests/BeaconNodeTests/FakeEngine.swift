import TestSupport
import EngineTypes
import Primitives
import ServiceInterfaces
import StateTransition

/// An execution layer that builds empty payloads at once and knows only what they must say of their parents. Its seal is
/// a nonce of zeros.
actor FakeEngine: ExecutionEngine {
    struct Unreachable: Error {}

    private struct Known {
        var number: UInt64
        var timestamp: UInt64
        var difficulty: UInt256
    }

    private let slotMilliseconds: UInt64
    private var known: [Hash32: Known] = [:]
    private var building: [PayloadID: GetPayloadResponse] = [:]
    private var isReachable = true
    private var verdict: PayloadStatus?
    /// Requests to put into the next payload.
    private var requests: [[UInt8]] = []
    private(set) var lastForkchoice: ForkchoiceState?
    /// Calls that wait until `release`.
    enum Call { case newPayload, forkchoice }
    private var held: Call?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// Calls that were made to wait.
    nonisolated let heldCalls = Count()
    /// How often each payload came.
    private(set) var payloads: [Hash32: Int] = [:]

    init(genesis: Hash32, timestamp: UInt64, difficulty: UInt256, slotMilliseconds: UInt64) {
        self.slotMilliseconds = slotMilliseconds
        known[genesis] = Known(number: 0, timestamp: timestamp, difficulty: difficulty)
    }

    /// Lets calls of this kind wait; a forkchoice with attributes never does.
    func hold(_ call: Call) { held = call }

    func release() {
        held = nil
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    private func pass(_ call: Call) async {
        guard held == call else { return }
        await withCheckedContinuation {
            waiting.append($0)
            heldCalls.add()
        }
    }

    func setReachable(_ value: Bool) { isReachable = value }
    /// Says this of every payload and head, instead of checking.
    func setVerdict(_ verdict: PayloadStatus?) { self.verdict = verdict }
    func setRequests(_ value: [[UInt8]]) { requests = value }
    func knows(_ hash: Hash32) -> Bool { known[hash] != nil }

    func newPayload(
        _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]]
    ) async throws -> PayloadStatus {
        payloads[payload.blockHash, default: 0] += 1
        await pass(.newPayload)
        guard isReachable else { throw Unreachable() }
        if let verdict { return verdict }
        guard known[payload.parentHash] != nil else { return .syncing }
        guard payload.powNonce == Bytes8() else { return .invalid("the seal does not meet the difficulty") }
        guard payload.blockHash == Self.hash(payload) else { return .invalid("the block hash is another") }
        known[payload.blockHash] = Known(number: payload.blockNumber, timestamp: payload.timestamp, difficulty: payload.difficulty)
        return .valid(payload.blockHash)
    }

    func forkchoiceUpdated(_ state: ForkchoiceState, attributes: PayloadAttributes?) async throws -> ForkchoiceUpdated {
        if attributes == nil { await pass(.forkchoice) }
        guard isReachable else { throw Unreachable() }
        if let verdict { return ForkchoiceUpdated(payloadStatus: verdict) }
        guard let parent = known[state.headBlockHash] else { return ForkchoiceUpdated(payloadStatus: .syncing) }
        lastForkchoice = state
        guard let attributes else { return ForkchoiceUpdated(payloadStatus: .valid(state.headBlockHash)) }
        var payload = ExecutionPayload(
            parentHash: state.headBlockHash, feeRecipient: attributes.suggestedFeeRecipient, prevRandao: attributes.prevRandao,
            blockNumber: parent.number + 1, gasLimit: 30_000_000, timestamp: attributes.timestamp,
            extraData: state.headBlockHash.bytes + attributes.updateID.bytes, baseFeePerGas: 7, withdrawals: attributes.withdrawals)
        payload.difficulty = try computeDifficulty(
            parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp, timestamp: attributes.timestamp,
            slotDurationMilliseconds: slotMilliseconds)
        payload.blockHash = Self.hash(payload)
        let id = PayloadID(payload.blockHash.bytes.prefix(8)) ?? PayloadID()
        building[id] = GetPayloadResponse(payload: payload, blockValue: .zero, executionRequests: requests)
        requests = []
        return ForkchoiceUpdated(payloadStatus: .valid(state.headBlockHash), payloadID: id)
    }

    func getPayload(_ id: PayloadID) async throws -> GetPayloadResponse {
        guard isReachable, let payload = building[id] else { throw Unreachable() }
        return payload
    }

    /// Something that depends on all that the tests change.
    static func hash(_ payload: ExecutionPayload) -> Hash32 {
        SHA256.hash(payload.parentHash.bytes + payload.extraData + payload.prevRandao.bytes + Array("\(payload.timestamp)".utf8))
    }
}
