import BeaconTypes
import Primitives
public import ServiceInterfaces

/// What the validator client counts.
struct ValidatorFigures: Sendable {
    /// What one validator did.
    struct Account: Sendable {
        var attestations: UInt64 = 0
        var failedAttestations: UInt64 = 0
        var lastAttestedSlot: Slot?
        var proposals: UInt64 = 0
        var failedProposals: UInt64 = 0
        var aggregations: UInt64 = 0
        var nextAttestationSlot: Slot?
        var nextProposalSlot: Slot?
    }

    var proposals: UInt64 = 0
    var missedProposals: UInt64 = 0
    var attestations: UInt64 = 0
    var failedAttestations: UInt64 = 0
    var aggregates: UInt64 = 0
    var syncMessages: UInt64 = 0
    var contributions: UInt64 = 0
    var acks: UInt64 = 0
    var accounts: [BLSPubkey: Account] = [:]
}

extension ValidatorClient: MetricsSource {
    public func metrics() async -> [MetricSample] {
        func counter(_ name: String, _ value: UInt64, _ help: String) -> MetricSample {
            MetricSample("validator_\(name)_total", Double(value), kind: .counter, help: help)
        }
        let sums = [
            MetricSample("validator_keys", Double(keys.publicKeys.count), help: "Validators of this node."),
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
        var found: [ValidatorIndex: ValidatorStanding] = [:]
        let indices = (try? await resolvedIndices()) ?? [:]
        // Without an answer the figures that need one are left out.
        let isAnswered: Bool
        if let standings, let answer = try? await standings.standings(of: Array(indices.values)) {
            found = answer
            isAnswered = true
        } else {
            isAnswered = false
        }
        return sums
            + keys.publicKeys.flatMap { key in
                let standing = indices[key].flatMap { found[$0] }
                return AccountSamples(
                    key: key, account: figures.accounts[key] ?? .init(),
                    standing: standing ?? (isAnswered ? ValidatorStanding(status: .unknown, balance: 0) : nil)
                ).samples
            }
    }
}

/// One validator's figures under Prysm's names, with the public key as label.
struct AccountSamples {
    private static let gweiPerPol = Double(Constant.ethToGwei)

    let key: BLSPubkey
    let account: ValidatorFigures.Account
    let standing: ValidatorStanding?

    var samples: [MetricSample] {
        var samples = [
            counter("successful_attestations", account.attestations, "Attestations sent."),
            counter("failed_attestations", account.failedAttestations, "Attestations not sent."),
            counter("successful_proposals", account.proposals, "Blocks proposed."),
            counter("failed_proposals", account.failedProposals, "Proposals missed."),
            counter("successful_aggregations", account.aggregations, "Aggregated attestations sent."),
        ]
        func slot(_ name: String, _ slot: Slot?, _ help: String) {
            if let slot { samples.append(gauge(name, Double(slot), help)) }
        }
        slot("last_attested_slot", account.lastAttestedSlot, "Last attested slot.")
        slot("next_attestation_slot", account.nextAttestationSlot, "Slot of the attestation that is or was last scheduled.")
        slot("next_proposal_slot", account.nextProposalSlot, "Slot of the proposal that is or was last scheduled.")
        guard let standing else { return samples }
        samples += [
            gauge(
                "statuses", Double(standing.status.rawValue),
                "Validator statuses: 0 UNKNOWN, 1 DEPOSITED, 2 PENDING, 3 ACTIVE, 4 EXITING, 5 SLASHING, 6 EXITED."),
            gauge("balance", Double(standing.balance) / Self.gweiPerPol, "Balance in POL."),
        ]
        if let score = standing.inactivityScore { samples.append(gauge("inactivity_score", Double(score), "Inactivity score; 0 is best.")) }
        guard let votes = standing.previousEpochVotes else { return samples }
        for (name, isCorrect) in [("source", votes.source), ("target", votes.target), ("head", votes.head)] {
            samples.append(
                gauge("correctly_voted_\(name)", isCorrect ? 1 : 0, "Whether the previous epoch's vote has the right \(name), in time."))
        }
        return samples
    }

    private func gauge(_ name: String, _ value: Double, _ help: String) -> MetricSample {
        MetricSample("validator_\(name)", value, labels: ["pubkey": key.hex], help: help)
    }

    private func counter(_ name: String, _ value: UInt64, _ help: String) -> MetricSample {
        MetricSample("validator_\(name)", Double(value), kind: .counter, labels: ["pubkey": key.hex], help: help)
    }
}
