public import BeaconTypes
import Primitives
public import SSZ

/// What comes over a gossip topic, decoded. Indirect, because a block takes much room.
public indirect enum GossipMessage: Sendable {
    case beaconBlock(SignedBeaconBlock)
    case beaconAggregateAndProof(SignedAggregateAndProof)
    case beaconAttestation(SingleAttestation, subnet: UInt64)
    case voluntaryExit(SignedVoluntaryExit)
    case proposerSlashing(ProposerSlashing)
    case attesterSlashing(AttesterSlashing)
    case syncCommitteeContributionAndProof(SignedContributionAndProof)
    case syncCommittee(SyncCommitteeMessage, subnet: UInt64)
    case blsToExecutionChange(SignedBLSToExecutionChange)
    case updateAck(SignedUpdateAck)
    case updateCandidate(UpdateCandidate)
    case ackQuorumSlashing(AckQuorumSlashing)

    /// Decodes a topic's message. What does not decode is to be rejected (phase0 p2p-interface, Topics and messages).
    ///
    /// - Parameter bytes: SSZ, after decompression.
    public init(_ topic: GossipTopic, deserializing bytes: [UInt8], _ spec: BeaconSpec) throws(SSZError) {
        self =
            switch topic {
            case .beaconBlock: .beaconBlock(try SignedBeaconBlock(deserializing: bytes, spec))
            case .beaconAggregateAndProof: .beaconAggregateAndProof(try SignedAggregateAndProof(deserializing: bytes, spec))
            case .beaconAttestation(let subnet): .beaconAttestation(try SingleAttestation(deserializing: bytes, spec), subnet: subnet)
            case .voluntaryExit: .voluntaryExit(try SignedVoluntaryExit(deserializing: bytes, spec))
            case .proposerSlashing: .proposerSlashing(try ProposerSlashing(deserializing: bytes, spec))
            case .attesterSlashing: .attesterSlashing(try AttesterSlashing(deserializing: bytes, spec))
            case .syncCommitteeContributionAndProof:
                .syncCommitteeContributionAndProof(try SignedContributionAndProof(deserializing: bytes, spec))
            case .syncCommittee(let subnet): .syncCommittee(try SyncCommitteeMessage(deserializing: bytes, spec), subnet: subnet)
            case .blsToExecutionChange: .blsToExecutionChange(try SignedBLSToExecutionChange(deserializing: bytes, spec))
            case .updateAck: .updateAck(try SignedUpdateAck(deserializing: bytes, spec))
            case .updateCandidate: .updateCandidate(try UpdateCandidate(deserializing: bytes, spec))
            case .ackQuorumSlashing: .ackQuorumSlashing(try AckQuorumSlashing(deserializing: bytes, spec))
            }
    }
}

extension GossipValidator {
    func repetition(_ message: GossipMessage) -> GossipReason? {
        switch message {
        case .beaconAttestation(let vote, _):
            let key = Seen.EpochValidator(epoch: vote.data.target.epoch, validator: vote.attesterIndex)
            return seen.attestationValidatorEpochs.contains(key) ? .attestationSeen : nil
        case .beaconAggregateAndProof(let signed):
            let key = Seen.EpochValidator(epoch: signed.message.aggregate.data.target.epoch, validator: signed.message.aggregatorIndex)
            return seen.aggregatorEpochs.contains(key) ? .aggregatorSeen : nil
        default: return nil
        }
    }

    /// Judges a message by its topic's conditions.
    ///
    /// - Parameter currentTimeMs: the time at which the message came, in milliseconds since 1970.
    public mutating func validate(_ message: GossipMessage, _ chain: GossipChain, currentTimeMs: UInt64) -> GossipOutcome {
        switch message {
        case .beaconBlock(let block):
            validateBeaconBlockGossip(block, chain, currentTimeMs: currentTimeMs)
        case .beaconAggregateAndProof(let aggregate):
            validateBeaconAggregateAndProofGossip(aggregate, chain, currentTimeMs: currentTimeMs)
        case .beaconAttestation(let attestation, let subnet):
            validateBeaconAttestationGossip(attestation, chain, currentTimeMs: currentTimeMs, subnetID: subnet)
        case .voluntaryExit(let exit):
            validateVoluntaryExitGossip(exit, chain, currentTimeMs: currentTimeMs)
        case .proposerSlashing(let slashing):
            validateProposerSlashingGossip(slashing, chain)
        case .attesterSlashing(let slashing):
            validateAttesterSlashingGossip(slashing, chain)
        case .syncCommitteeContributionAndProof(let contribution):
            validateSyncCommitteeContributionAndProofGossip(contribution, chain, currentTimeMs: currentTimeMs)
        case .syncCommittee(let message, let subnet):
            validateSyncCommitteeMessageGossip(message, chain, currentTimeMs: currentTimeMs, subnetID: subnet)
        case .blsToExecutionChange(let change):
            validateBLSToExecutionChangeGossip(change, chain, currentTimeMs: currentTimeMs)
        case .updateAck(let vote):
            validateUpdateAckGossip(vote, chain, currentTimeMs: currentTimeMs)
        case .updateCandidate(let candidate):
            validateUpdateCandidateGossip(candidate, chain, currentTimeMs: currentTimeMs)
        case .ackQuorumSlashing(let slashing):
            validateAckQuorumSlashingGossip(slashing, chain, currentTimeMs: currentTimeMs)
        }
    }
}
