public import BeaconTypes
import ForkChoice
import Logging
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: ForkChoiceReader {
    public func forkChoiceSnapshot() throws -> ForkChoiceSnapshot {
        ForkChoiceSnapshot(
            justified: forkChoice.justifiedCheckpoint, finalized: forkChoice.finalizedCheckpoint, headRoot: head.root,
            nodes: try forkChoice.nodes.map { node in
                ForkChoiceSnapshot.Node(
                    slot: node.slot, root: node.root, parentRoot: node.parentRoot, justifiedEpoch: node.justified.epoch,
                    finalizedEpoch: node.finalized.epoch, weight: try forkChoice.weight(of: node.root) ?? 0,
                    executionBlockHash: node.executionBlockHash)
            })
    }
}

/// What validator clients told this node about their proposals.
struct ProposalNotes: Sendable {
    /// Where the fees of each validator's blocks go.
    var feeRecipients: [ValidatorIndex: ExecutionAddress] = [:]
    /// The value in wei of the last payload that this node put into a block.
    var lastPayload: (hash: Hash32, value: UInt256)?
}

extension BeaconNode: ProposalSupport {
    public func prepareProposers(_ feeRecipients: [ValidatorIndex: ExecutionAddress]) async {
        // Only what the registry has: the list must not grow with what callers make up.
        let registered = feeRecipients.filter { $0.key < UInt64(head.state.state.validators.count) }
        proposals.feeRecipients.merge(registered) { _, new in new }
        let slot = max((clock.currentSlot ?? 0) + 1, head.slot + 1)
        guard let proposer = try? stateProposing(slot).getBeaconProposerIndex(), let recipient = feeRecipients[proposer],
            proposal?.slot != slot || proposal?.parent != head.root
        else { return }
        do {
            try await prepareProposal(slot: slot, feeRecipient: recipient)
        } catch {
            // The block is asked for later in any case, and says then what is wrong.
            logger.debug("the payload of slot \(slot) is not begun: \(error)")
        }
    }

    public func payloadValue(_ blockHash: Hash32) -> UInt256? {
        proposals.lastPayload.flatMap { $0.hash == blockHash ? $0.value : nil }
    }

    public func liveValidators(epoch: Epoch, among indices: [ValidatorIndex]) throws -> Set<ValidatorIndex> {
        let current = (clock.currentSlot ?? 0) / spec.preset.slotsPerEpoch
        guard epoch <= current, epoch + 1 >= current else {
            throw SubmissionRefused("liveness is known for epochs \(current == 0 ? 0 : current - 1) and \(current), not \(epoch)")
        }
        let wanted = Set(indices)
        // Blocks and single votes seen, then votes in blocks.
        var live = Set(forkChoice.nodes.filter { $0.slot > 0 && $0.slot / spec.preset.slotsPerEpoch == epoch }.map(\.proposerIndex))
        live.formUnion(attestations.voters(epoch: epoch))
        let state = head.state
        let participation =
            epoch == state.currentEpoch
            ? state.state.currentEpochParticipation : epoch == state.previousEpoch ? state.state.previousEpochParticipation : []
        for index in wanted where index < UInt64(participation.count) && participation[Int(index)] != 0 { live.insert(index) }
        return live.intersection(wanted)
    }

    public func pooledAckCertificates() -> [AckCertificate] { certificates.candidates(for: .max) }
}
