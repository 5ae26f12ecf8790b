import Foundation
import Primitives
import ServiceInterfaces

/// A node of four validators in slot 60, with twelve accepted updates, one pending and one refused.
struct FixtureNode: LearningReader, NodeObserver {
    /// Markup in a reason, as a hostile trainer would send it.
    static let hostileReason = "<img src=x onerror=alert(1)> & \"quotes\""
    static let losses: [Float] = [3.8412, 3.815, 3.792, 3.771, 3.752, 3.735, 3.72, 3.707, 3.695, 3.685, 3.676, 3.668, 3.6612]

    var hasBlocks = true

    static func hash(_ text: String) -> String { SHA256.hash(Array(text.utf8)).hex }

    func status() async -> AIEngineStatus {
        AIEngineStatus(
            model: "SmolLM2-135M-Instruct", baseModelRoot: Self.hash("model"), devTextsRoot: Self.hash("texts"), parameters: 134_515_008,
            baseLoss: Self.losses.first, headAdapterRoot: Self.hash("head adapter"), headLoss: Self.losses.last,
            finalizedAdapterRoot: Self.hash("adapter"), updateCount: 12, gate: "evaluating", gateProgress: 0.41,
            trainer: TrainerProgress(round: 13, step: 84, steps: 120, loss: 3.702, tokensPerSecond: 411.6, phase: "training"))
    }

    func updates(limit: Int) async -> [UpdateSummary] { Array(Self.updates.prefix(limit)) }
    func update(_ id: Hash32) async -> UpdateSummary? { nil }
    func updateFile(_ fileHash: Hash32) async -> [UInt8]? { nil }
    func adapter(root: Hash32?) async throws -> [UInt8]? { nil }

    func snapshots() async -> AsyncStream<NodeSnapshot> { AsyncStream { $0.finish() } }

    func snapshot() async -> NodeSnapshot {
        let now = Date().timeIntervalSince1970
        var snapshot = NodeSnapshot(
            version: ClientVersion.full, time: now, genesisTime: UInt64(now) - 60 * 12 - 5, secondsPerSlot: 12, currentSlot: 60,
            headSlot: 0,
            headRoot: Self.hash("genesis"), justifiedEpoch: 0, finalizedEpoch: 0, finalizedRoot: Self.hash("genesis"), validators: 4,
            peers: 3,
            ai: nil, blocks: [], updates: [], lossCurve: [])
        guard hasBlocks else { return snapshot }
        snapshot.headSlot = 60
        snapshot.headRoot = Self.hash("block 60")
        snapshot.justifiedEpoch = 57
        snapshot.finalizedEpoch = 56
        snapshot.ai = await status()
        snapshot.blocks = Self.blocks
        snapshot.absence = AbsenceSummary(
            AbsentStake(absent: 64, active: 128, absentValidators: 2, activeValidators: 4, indices: [1, 3], since: 40))
        snapshot.history = HistorySummary(HistoryProgress(slot: 1200, target: 9000, slotsPerSecond: 260))
        snapshot.sealing = SealingSummary(found: 61, abandoned: 4, accepted: 14, stale: 2, invalid: 1)
        snapshot.updates = Self.updates
        snapshot.lossCurve = Self.losses.enumerated().map { number, loss in
            var point = LossPoint(slot: UInt64(number * 5), updateCount: UInt64(number), loss: loss)
            // The base model has no slice; each update brings 1 % on the task and costs 0.05 % elsewhere.
            if number > 0 { (point.taskChange, point.generalChange) = (-Double(number) / 100, Double(number) / 2000) }
            return point
        }
        return snapshot
    }

    /// Slot 33 has no block; every fifth slot carries an update.
    static let blocks: [BlockSummary] = (1...60).reversed().filter { $0 != 33 }.map { slot in
        let number = slot / 5
        let carries = slot % 5 == 0
        return BlockSummary(
            slot: UInt64(slot), root: hash("block \(slot)"), executionNumber: UInt64(slot), executionHash: hash("execution \(slot)"),
            proposer: UInt64(slot % 4), updateID: carries ? hash("update \(number)") : Hash32.zero.hex, acks: carries ? 3 : 0, committee: 4,
            quorum: 2,
            lossBefore: carries ? losses[number - 1] : nil, lossAfter: carries ? losses[number] : nil, difficulty: "302",
            finalized: slot <= 56)
    }

    static let updates: [UpdateSummary] = {
        var pending = UpdateSummary(updateID: hash("pending"), inputs: [], status: .pending, bytes: 145_312)
        (pending.acks, pending.committee, pending.quorum) = (1, 4, 2)
        var refused = UpdateSummary(updateID: hash("refused"), inputs: [], status: .rejected, bytes: 151_002)
        refused.reason = hostileReason
        // Taken up by the pending candidate, and so not listed by itself.
        let file = UpdateSummary(updateID: hash("file"), inputs: [hash("file")], status: .pending, bytes: 145_312)
        pending.inputs = [hash("file")]
        return [pending, file, refused]
            + (1...12).reversed().map { number in
                var update = UpdateSummary(
                    updateID: hash("update \(number)"), inputs: [], status: number == 12 ? .included : .finalized, bytes: 145_312)
                (update.acks, update.committee, update.quorum, update.codec) = (3, 4, 2, "sign-1bit")
                (update.lossBefore, update.lossAfter, update.gateSeconds) = (losses[number - 1], losses[number], 13.4)
                update.blockSlot = UInt64(number * 5)
                return update
            }
    }()
}
