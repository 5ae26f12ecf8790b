import ServiceInterfaces
import StateTransition
public import BeaconTypes
public import GossipValidation

extension BeaconNode {
    /// What the conditions of a message's topic make of it, on the chain as it is now.
    public func judge(_ message: GossipMessage, with judge: GossipJudge) -> GossipOutcome {
        judge.judge(message, view.gossipChain(), currentTimeMs: clock.currentTimeMs)
    }

    /// `compute_subnet_for_attestation` (phase0 validator).
    public func attestationSubnet(of attestation: SingleAttestation) -> UInt64 {
        let chain = view.gossipChain()
        return chain.computeSubnetForAttestation(
            chain.headState.getCommitteeCountPerSlot(attestation.data.target.epoch), attestation.data.slot, attestation.committeeIndex)
    }
}
