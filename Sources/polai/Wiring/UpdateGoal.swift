import AIEngine
import BeaconNode
import BeaconTypes
import EngineTypes
import Foundation
import Primitives
import SSZ
import ServiceInterfaces

/// The summary that `polai up --stop-after-update K` prints.
struct UpdateGoalSummary: Encodable {
    var slot: UInt64
    var blockHash: String
    var beaconBlockRoot: String
    var updateID: String
    var updateCount: UInt64
    var lossBefore: Float
    var lossAfter: Float
    var baseLoss: Float?
    var acks: Int
    var committee: Int
    var finalizedEpoch: UInt64
    var seconds: Double

    enum CodingKeys: String, CodingKey {
        case slot
        case blockHash = "block_hash"
        case beaconBlockRoot = "beacon_block_root"
        case updateID = "update_id"
        case updateCount = "update_count"
        case lossBefore = "loss_before"
        case lossAfter = "loss_after"
        case baseLoss = "base_loss"
        case acks
        case committee
        case finalizedEpoch = "finalized_epoch"
        case seconds
    }
}

/// Waits until the K-th accepted update is finalised.
struct UpdateGoal {
    let beacon: BeaconNode
    let engine: AIEngine
    let count: UInt64
    let started: ContinuousClock.Instant

    /// The summary of the K-th update once a finalised state counts it.
    func wait() async throws -> UpdateGoalSummary {
        while true {
            if let final = try beacon.state(.finalized), final.state.learning.updateCount >= count,
                let summary = try await summary(from: final.state)
            {
                return summary
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Walks back from the finalised block to the one that holds the update.
    private func summary(from state: BeaconState) async throws -> UpdateGoalSummary? {
        let ring = UInt64(state.learning.recentUpdateIds.count)
        guard state.learning.updateCount - count < ring else {
            throw SetupError("update \(count) was accepted too long ago to be summarised")
        }
        let id = state.learning.recentUpdateIds[Int((count - 1) % ring)]
        var cursor = try beacon.blockRoot(.finalized)
        while let root = cursor, let found = try beacon.block(.root(root)) {
            let block = found.block.message
            let certificate = block.body.ackCertificate
            if certificate.ack.updateId == id {
                return UpdateGoalSummary(
                    slot: block.slot, blockHash: block.body.executionPayload.blockHash.hex, beaconBlockRoot: root.hex,
                    updateID: id.hex, updateCount: state.learning.updateCount,
                    lossBefore: Float(bitPattern: certificate.ack.lossBefore), lossAfter: Float(bitPattern: certificate.ack.lossAfter),
                    baseLoss: await engine.status().baseLoss, acks: certificate.committeeBits.setCount,
                    committee: certificate.committeeBits.count,
                    finalizedEpoch: try beacon.state(.head)?.state.finalizedCheckpoint.epoch ?? 0,
                    seconds: ((ContinuousClock.now - started) / .seconds(1) * 100).rounded() / 100)
            }
            guard block.slot > 0 else { break }
            cursor = block.parentRoot
        }
        return nil
    }
}
