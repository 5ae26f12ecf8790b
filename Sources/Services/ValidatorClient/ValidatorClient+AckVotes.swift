import AckQuorum
import BLS
public import BeaconTypes
import Primitives
public import ServiceInterfaces
import StateTransition

extension ValidatorClient: AckSigner {
    public func signers(among members: [ValidatorIndex]) async -> [ValidatorIndex] {
        let ours = Set(((try? await resolvedIndices()) ?? [:]).values)
        return members.filter(ours.contains)
    }

    public func sign(_ ack: UpdateAck, validator: ValidatorIndex) async throws -> SignedUpdateAck {
        guard let publicKey = try await resolvedIndices().first(where: { $0.value == validator })?.key else {
            throw ValidatorClientError.notInRegistry(validator)
        }
        let epoch = ack.slot / node.spec.preset.slotsPerEpoch
        let root = updateAckSigningRoot(ack, domain: try await domain(Constant.domainUpdateAck, epoch: epoch), spec: node.spec)
        try protection.recordAck(validator: publicKey, ack: ack, signingRoot: root)
        figures.acks += 1
        return SignedUpdateAck(message: ack, validatorIndex: validator, signature: try secretKey(of: publicKey).sign(root))
    }
}

extension ValidatorClient: MetricsSource {
    public func metrics() async -> [MetricSample] {
        [
            MetricSample("validator_count", Double(keys.publicKeys.count), help: "Validators of this node."),
            MetricSample("validator_proposals_total", Double(figures.proposals), kind: .counter, help: "Blocks proposed."),
            MetricSample(
                "validator_missed_proposals_total", Double(figures.missedProposals), kind: .counter, help: "Proposals missed."),
            MetricSample("validator_attestations_total", Double(figures.attestations), kind: .counter, help: "Attestations sent."),
            MetricSample(
                "validator_failed_attestations_total", Double(figures.failedAttestations), kind: .counter,
                help: "Attestations not sent."),
            MetricSample("validator_acks_total", Double(figures.acks), kind: .counter, help: "ACK votes signed."),
        ]
    }
}
