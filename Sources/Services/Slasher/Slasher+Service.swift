import AckQuorum
public import BeaconTypes
public import ServiceInterfaces
import SlashingDetection

extension Slasher: SlasherService {
    public func attesterSlashings(_ attestation: IndexedAttestation) async throws -> [AttesterSlashing] {
        try await checkAttestation(attestation)
        return try await judge([attestation])
    }

    public func isSlashable(_ attestation: IndexedAttestation) throws -> Bool {
        try checkEpochs(attestation)
        return try !votes.judge([attestation], currentEpoch: currentEpoch, recording: false).isEmpty
    }

    public func proposerSlashings(_ header: SignedBeaconBlockHeader) async throws -> [ProposerSlashing] {
        guard header.message.slot <= currentSlot + 1 else {
            throw SlasherError.invalid("slot \(header.message.slot) is in the future; it is slot \(currentSlot)")
        }
        try await checkProposer(header)
        return try await judge(header).map { [$0] } ?? []
    }

    public func isSlashable(_ header: BeaconBlockHeader) throws -> Bool { try proposals.contradicts(header) }

    public func highestAttestations(_ validators: [ValidatorIndex]) throws -> [HighestAttestation] {
        try validators.compactMap { validator in
            try votes.highest(validator).map { HighestAttestation(validatorIndex: validator, source: $0.source, target: $0.target) }
        }
    }

    public func ackContradictions(_ vote: SignedUpdateAck) async throws -> [AckContradiction] { try await judge(vote) }

    public func ackQuorumSlashing(_ block: SignedBeaconBlock) async throws -> AckQuorumSlashing? {
        try await checkProposer(block.signedHeader(spec))
        return try await judgeCertificate(of: block)
    }

    public func submit(_ evidence: SlashingEvidence) async throws { try await offer(evidence) }
}

extension Slasher: MetricsSource {
    public func metrics() -> [MetricSample] {
        let counts: [(String, UInt64, String)] = [
            ("slasher_processed_blocks_total", figures.blocks, "Blocks whose votes the slasher took in."),
            ("slasher_processed_attestations_total", figures.attestations, "Attestations the slasher judged."),
            ("slasher_processed_acks_total", figures.acks, "ACK votes the slasher judged."),
            ("slasher_submitted_evidence_total", figures.submitted, "Pieces of evidence that the pool took."),
        ]
        var samples = counts.map { MetricSample($0.0, Double($0.1), kind: .counter, help: $0.2) }
        for kind in figures.found.keys.sorted() {
            samples.append(
                MetricSample(
                    "slasher_offences_total", Double(figures.found[kind] ?? 0), kind: .counter, labels: ["kind": kind],
                    help: "Slashable offences found."))
        }
        samples.append(
            MetricSample("slasher_batch_seconds", figures.lastBatchSeconds, help: "Seconds the last batch of attestations took."))
        return samples
    }
}
