public import BeaconTypes
import ForkChoice
import Logging
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: ForkChoiceReader {
    public func forkChoiceSnapshot() throws -> ForkChoiceSnapshot {
        let view = view
        let forkChoice = view.forkChoice
        return ForkChoiceSnapshot(
            justified: forkChoice.justifiedCheckpoint, finalized: forkChoice.finalizedCheckpoint, headRoot: view.head.root,
            nodes: try forkChoice.nodes.map { node in
                ForkChoiceSnapshot.Node(
                    slot: node.slot, root: node.root, parentRoot: node.parentRoot, justifiedEpoch: node.justified.epoch,
                    finalizedEpoch: node.finalized.epoch, weight: try forkChoice.weight(of: node.root) ?? 0,
                    executionBlockHash: node.executionBlockHash, isOptimistic: forkChoice.isOptimistic(node.root))
            })
    }
}

extension BeaconNode: ProposalSupport {
    public func prepareProposers(_ feeRecipients: [ValidatorIndex: ExecutionAddress]) async {
        await producer.prepareProposers(feeRecipients)
    }

    public func payloadValue(_ blockHash: Hash32) async -> UInt256? { await producer.payloadValue(blockHash) }

    public func liveValidators(epoch: Epoch, among indices: [ValidatorIndex]) async throws -> Set<ValidatorIndex> {
        let current = (clock.currentSlot ?? 0) / spec.preset.slotsPerEpoch
        guard epoch <= current, epoch + 1 >= current else {
            throw SubmissionRefused(
                "liveness is known for epochs \(current == 0 ? 0 : current - 1) and \(current), not \(epoch)",
                rule: "liveness-epoch", fault: .circumstance)
        }
        let wanted = Set(indices)
        let view = view
        // Blocks and single votes seen, then votes in blocks.
        var live = Set(view.forkChoice.nodes.filter { $0.slot > 0 && $0.slot / spec.preset.slotsPerEpoch == epoch }.map(\.proposerIndex))
        live.formUnion(await pools.attestations.voters(epoch: epoch))
        let state = view.head.state
        let participation =
            epoch == state.currentEpoch
            ? state.state.currentEpochParticipation : epoch == state.previousEpoch ? state.state.previousEpochParticipation : []
        for index in wanted where index < UInt64(participation.count) && participation[Int(index)] != 0 { live.insert(index) }
        return live.intersection(wanted)
    }

    public func pooledAckCertificates() async -> [AckCertificate] { await pools.pooledCertificates() }
}
