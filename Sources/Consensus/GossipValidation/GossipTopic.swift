/// The beacon chain's gossip topics by the name that stands in `/eth2/{fork_digest}/{name}/ssz_snappy`: the official ones of Electra
/// but for blobs, and those of our fork.
public enum GossipTopic: Hashable, Sendable {
    case beaconBlock
    case beaconAggregateAndProof
    case beaconAttestation(subnet: UInt64)
    case voluntaryExit
    case proposerSlashing
    case attesterSlashing
    case syncCommitteeContributionAndProof
    case syncCommittee(subnet: UInt64)
    case blsToExecutionChange
    case updateAck
    case updateCandidate
    case ackQuorumSlashing

    /// The topics that have no subnets.
    static let single: [GossipTopic] = [
        .beaconBlock, .beaconAggregateAndProof, .voluntaryExit, .proposerSlashing, .attesterSlashing,
        .syncCommitteeContributionAndProof, .blsToExecutionChange, .updateAck, .updateCandidate, .ackQuorumSlashing,
    ]

    /// The topic of a name, or `nil` for another name.
    public init?(name: String) {
        if let topic = Self.single.first(where: { $0.name == name }) {
            self = topic
        } else if let subnet = Self.subnet(of: name, after: "beacon_attestation_") {
            self = .beaconAttestation(subnet: subnet)
        } else if let subnet = Self.subnet(of: name, after: "sync_committee_") {
            self = .syncCommittee(subnet: subnet)
        } else {
            return nil
        }
    }

    public var name: String {
        switch self {
        case .beaconBlock: "beacon_block"
        case .beaconAggregateAndProof: "beacon_aggregate_and_proof"
        case .beaconAttestation(let subnet): "beacon_attestation_\(subnet)"
        case .voluntaryExit: "voluntary_exit"
        case .proposerSlashing: "proposer_slashing"
        case .attesterSlashing: "attester_slashing"
        case .syncCommitteeContributionAndProof: "sync_committee_contribution_and_proof"
        case .syncCommittee(let subnet): "sync_committee_\(subnet)"
        case .blsToExecutionChange: "bls_to_execution_change"
        case .updateAck: "update_ack"
        case .updateCandidate: "update_candidate"
        case .ackQuorumSlashing: "ack_quorum_slashing"
        }
    }

    /// A subnet's number in decimal, without leading zeros.
    private static func subnet(of name: String, after prefix: String) -> UInt64? {
        guard name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count)
        guard let subnet = UInt64(digits), subnet.description == digits else { return nil }
        return subnet
    }
}
