import AIEngine
import BeaconNode
import BeaconTypes
import EngineTypes
import ExecutionNode
import Foundation
import Primitives
import SSZ
import ServiceInterfaces

/// Sees the whole node for the dashboard.
struct NodeStatus: NodeObserver {
    let beacon: BeaconNode
    let engine: AIEngine
    let execution: ExecutionNode
    let peers: any PeerDirectory

    /// Blocks and updates that the dashboard lists.
    static let listLength = 24

    func snapshot() async -> NodeSnapshot {
        let (head, sync) = (try? beacon.state(.head), beacon.syncStatus())
        let status = await engine.status()
        let updates = await engine.updates(limit: Self.curveLength)
        let finalizedRoot = (try? beacon.blockRoot(.finalized)) ?? .zero
        var snapshot = NodeSnapshot(
            version: PolaiVersion.current, time: beacon.clock.currentTime, genesisTime: beacon.clock.genesisTime,
            secondsPerSlot: beacon.clock.secondsPerSlot, currentSlot: beacon.clock.currentSlot,
            headSlot: sync.headSlot, headRoot: ((try? beacon.blockRoot(.head)) ?? .zero).hex,
            justifiedEpoch: head?.state.currentJustifiedCheckpoint.epoch ?? 0,
            finalizedEpoch: head?.state.finalizedCheckpoint.epoch ?? 0, finalizedRoot: finalizedRoot.hex,
            validators: head?.state.validators.count ?? 0, peers: await peers.listing().peers.count, ai: status,
            blocks: await blocks(), updates: Array(updates.prefix(Self.listLength)),
            lossCurve: Self.curve(updates, base: status.baseLoss, count: status.updateCount))
        snapshot.absence = AbsenceSummary(beacon.absentStake())
        snapshot.history = sync.history.map(HistorySummary.init)
        snapshot.sealing = await execution.sealing
        return snapshot
    }

    func snapshots() async -> AsyncStream<NodeSnapshot> { ticking() }

    private func blocks() async -> [BlockSummary] {
        var result: [BlockSummary] = []
        var cursor = try? beacon.blockRoot(.head)
        while result.count < Self.listLength, let root = cursor, let found = try? beacon.block(.root(root)) {
            let block = found.block.message
            guard block.slot > 0 else { break }
            result.append(Self.summary(found, seats: beacon.ackSeats(slot: block.slot)))
            cursor = block.parentRoot
        }
        return result
    }

    static func summary(_ found: ChainBlock, seats: AckSeats?) -> BlockSummary {
        let block = found.block.message
        let payload = block.body.executionPayload
        let ack = block.body.ackCertificate.ack
        let hasUpdate = !ack.updateId.isZero
        return BlockSummary(
            slot: block.slot, root: found.root.hex, executionNumber: payload.blockNumber, executionHash: payload.blockHash.hex,
            proposer: block.proposerIndex, updateID: ack.updateId.hex, acks: block.body.ackCertificate.committeeBits.setCount,
            committee: seats?.members ?? 0, quorum: seats?.quorum ?? 0, lossBefore: hasUpdate ? Float(bitPattern: ack.lossBefore) : nil,
            lossAfter: hasUpdate ? Float(bitPattern: ack.lossAfter) : nil, difficulty: payload.difficulty.description,
            finalized: found.isFinalized)
    }

    /// How many of the newest updates the curve is made of.
    static let curveLength = 200

    /// The base loss, then the loss after each accepted update, oldest first.
    ///
    /// - Parameters:
    ///   - updates: newest first, ``curveLength`` at most.
    ///   - count: accepted updates of the whole chain, of which these are the last ones.
    static func curve(_ updates: [UpdateSummary], base: Float?, count: UInt64) -> [LossPoint] {
        var points: [LossPoint] = []
        if let base { points.append(LossPoint(slot: 0, updateCount: 0, loss: base)) }
        let accepted = updates.reversed().filter { $0.status == .included || $0.status == .finalized }
        // Also a short list may be the end of a long chain: a node that joined late knows the last updates first.
        let earlier = count - min(count, UInt64(accepted.count))
        // The parent of a chain's first update is the base model. Where its slice is not here, nothing adds up.
        let first = earlier == 0 ? accepted.first?.taskBefore.map(Double.init) : nil
        var confirmed: Double? = 0
        for (index, update) in accepted.enumerated() {
            if let before = update.taskBefore, let after = update.taskAfter {
                confirmed = confirmed.map { $0 + Double(after) - Double(before) }
            } else {
                confirmed = nil
            }
            guard let loss = update.lossAfter, let slot = update.blockSlot else { continue }
            var point = LossPoint(slot: slot, updateCount: earlier + UInt64(index + 1), loss: loss)
            if let first, let confirmed, first > 0 { point.taskChange = confirmed / first }
            if let base = update.generalBase, let after = update.generalAfter, base > 0 {
                point.generalChange = Double(after) / Double(base) - 1
            }
            points.append(point)
        }
        return points
    }
}

extension NodeObserver {
    /// One snapshot a second, which is also the slot clock's tick.
    func ticking() -> AsyncStream<NodeSnapshot> {
        AsyncStream { continuation in
            let task = Task {
                while !Task.isCancelled {
                    continuation.yield(await snapshot())
                    try? await Task.sleep(for: .seconds(1))
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// The version of this program.
enum PolaiVersion {
    static let current = "0.1.0"
}
