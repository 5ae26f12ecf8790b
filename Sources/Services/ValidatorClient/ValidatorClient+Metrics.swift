public import ServiceInterfaces

/// What the validator client counts.
struct ValidatorFigures: Sendable {
    var proposals: UInt64 = 0
    var missedProposals: UInt64 = 0
    var attestations: UInt64 = 0
    var failedAttestations: UInt64 = 0
    var aggregates: UInt64 = 0
    var syncMessages: UInt64 = 0
    var contributions: UInt64 = 0
    var acks: UInt64 = 0
}

extension ValidatorClient: MetricsSource {
    public func metrics() async -> [MetricSample] {
        func counter(_ name: String, _ value: UInt64, _ help: String) -> MetricSample {
            MetricSample("validator_\(name)_total", Double(value), kind: .counter, help: help)
        }
        return [
            MetricSample("validator_count", Double(keys.publicKeys.count), help: "Validators of this node."),
            MetricSample("validator_held_keys", Double(held.count), help: "Validators that must not sign now."),
            counter("proposals", figures.proposals, "Blocks proposed."),
            counter("missed_proposals", figures.missedProposals, "Proposals missed."),
            counter("attestations", figures.attestations, "Attestations sent."),
            counter("failed_attestations", figures.failedAttestations, "Attestations not sent."),
            counter("aggregates", figures.aggregates, "Aggregated attestations sent."),
            counter("sync_committee_messages", figures.syncMessages, "Sync committee messages sent."),
            counter("sync_committee_contributions", figures.contributions, "Sync committee contributions sent."),
            counter("acks", figures.acks, "ACK votes signed."),
        ]
    }
}
