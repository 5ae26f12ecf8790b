public import BeaconTypes
public import GossipValidation
import ServiceInterfaces
import StateTransition

extension BeaconNode {
    /// What the conditions of a message's topic make of it, on the chain as it is now.
    public func judge(_ message: GossipMessage, with judge: GossipJudge) -> GossipOutcome {
        let view = view
        guard let data = message.vote else {
            let outcome = judge.judge(message, view.gossipChain(), currentTimeMs: clock.currentTimeMs)
            if case .beaconBlock(let block) = message, outcome == .ignore(.blockSeen) { show(second: block) }
            return outcome
        }
        // Before a branch's state is made, which costs its sender nothing.
        if let reason = judge.repetition(message) { return .ignore(reason) }
        guard let chain = view.gossipChain(judging: data) else { return .ignore(.stateUnavailable) }
        return judge.judge(message, chain, currentTimeMs: clock.currentTimeMs)
    }

    /// A second proposal is passed over by gossip, and by nobody else: whoever watches for offences has to see it.
    private func show(second block: SignedBeaconBlock) {
        guard secondProposals.isNew(block) else { return }
        let importer = importer
        Task { await importer.show(second: block) }
    }

    /// `compute_subnet_for_attestation` (phase0 validator), on the branch that the vote is for.
    public func attestationSubnet(of attestation: SingleAttestation) -> UInt64 {
        let view = view
        let chain = view.gossipChain(judging: attestation.data) ?? view.gossipChain()
        return chain.computeSubnetForAttestation(
            chain.headState.getCommitteeCountPerSlot(attestation.data.target.epoch), attestation.data.slot, attestation.committeeIndex)
    }
}

extension GossipMessage {
    /// What a vote or an aggregate is for.
    fileprivate var vote: AttestationData? {
        switch self {
        case .beaconAttestation(let attestation, _): attestation.data
        case .beaconAggregateAndProof(let signed): signed.message.aggregate.data
        default: nil
        }
    }
}
