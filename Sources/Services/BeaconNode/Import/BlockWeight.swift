import BeaconTypes
import ForkChoice
import Primitives
import SSZ
import StateTransition

/// What a block brings the fork choice beside itself.
struct BlockWeight: Sendable {
    var votes: [IndexedAttestation] = []
    /// For each attester slashing, who voted twice.
    var equivocators: [[ValidatorIndex]] = []

    init(_ block: BeaconBlock, post: CachedBeaconState) {
        votes = block.body.attestations.compactMap { try? post.getIndexedAttestation($0) }
        equivocators = block.body.attesterSlashings.map { slashing in
            let second = Set(slashing.attestation2.attestingIndices)
            return slashing.attestation1.attestingIndices.filter(second.contains)
        }
    }
}

extension ForkChoice {
    /// Takes in a block that the state transition accepted: the block itself, its votes and its slashings.
    ///
    /// - Parameter checkpointState: the state of a checkpoint that the block justifies.
    mutating func apply(
        _ node: ProtoNode, _ weight: BlockWeight, payload: PayloadValidationStatus,
        checkpointState: (Checkpoint) -> CachedBeaconState?
    ) throws {
        try onBlock(node, payload: payload) { checkpoint in checkpointState(checkpoint).map(JustifiedBalances.init) }
        // Votes for blocks that this node does not have carry no weight here: not an error of the block.
        for vote in weight.votes { try? onAttestation(vote, isFromBlock: true) }
        for indices in weight.equivocators { onAttesterSlashing(indices) }
    }
}
