import BeaconTypes
import JSON
import Primitives
import SSZ

/// One request for each route of the beacon REST door.
enum RESTRequestSeeds {
    static let words = [
        "head", "genesis", "finalized", "justified", "confirmed", "0x", "18446744073709551615", "9223372036854775808", "application/json",
        "application/octet-stream", "*/*;q=0.1", "?epoch=", "?slot=", "?index=", "&count=", "?id=", "\"0\"", "[]", "{}",
    ]

    private static let root = "0x" + String(repeating: "ab", count: 32)
    private static let signature = "0x" + String(repeating: "00", count: 96)

    private static let gets = [
        "/eth/v2/beacon/blocks/head", "/eth/v2/beacon/blocks/1/attestations", "/eth/v2/beacon/pool/attestations?slot=3&committee_index=0",
        "/eth/v2/beacon/pool/attester_slashings", "/eth/v2/debug/beacon/heads", "/eth/v2/debug/beacon/states/head",
        "/eth/v2/validator/aggregate_attestation?attestation_data_root=\(root)&slot=3&committee_index=0",
        "/eth/v1/validator/duties/proposer/3", "/eth/v2/validator/duties/proposer/4", "/eth/v1/beacon/blinded_blocks/2",
        "/eth/v1/beacon/blob_sidecars/head?indices=0,1", "/eth/v1/beacon/blobs/1", "/eth/v1/beacon/blocks/\(root)/root",
        "/eth/v1/beacon/genesis", "/eth/v1/beacon/headers?slot=2&parent_root=\(root)", "/eth/v1/beacon/headers/justified",
        "/eth/v1/beacon/states/head/committees?epoch=3&index=0&slot=3", "/eth/v1/beacon/states/finalized/finality_checkpoints",
        "/eth/v1/beacon/states/1/fork", "/eth/v1/beacon/states/head/randao?epoch=2", "/eth/v1/beacon/states/genesis/root",
        "/eth/v1/beacon/states/head/sync_committees?epoch=1", "/eth/v1/beacon/states/head/validator_balances?id=0,1",
        "/eth/v1/beacon/states/head/validators?id=1&status=active_ongoing", "/eth/v1/beacon/states/head/validators/0",
        "/eth/v1/config/deposit_contract", "/eth/v1/config/fork_schedule", "/eth/v1/config/spec", "/eth/v1/debug/fork_choice",
        "/eth/v1/node/health?syncing_status=206", "/eth/v1/node/identity", "/eth/v1/node/peers?state=connected&direction=inbound",
        "/eth/v1/node/peers/12D3KooWN1Hv1fs2iEnzvZrQ7hmfW8BG4QiMq1j57wKqnLbfeauF", "/eth/v1/node/syncing", "/eth/v1/node/version",
        "/eth/v1/validator/attestation_data?slot=3&committee_index=0",
        "/eth/v1/validator/sync_committee_contribution?slot=3&subcommittee_index=0&beacon_block_root=\(root)",
        "/eth/v3/validator/blocks/4?randao_reveal=\(signature)&graffiti=\(root)&skip_randao_verification",
        "/polai/v1/committees/3", "/polai/v1/learning/head", "/polai/v1/updates/\(root)",
        "/eth/v1/beacon/light_client/bootstrap/\(root)", "/eth/v1/beacon/light_client/finality_update",
        "/eth/v1/beacon/light_client/optimistic_update", "/eth/v1/beacon/light_client/updates?start_period=0&count=2",
        "/polai/v1/pool/ack_certificates", "/eth/v1/beacon/pool/bls_to_execution_changes", "/eth/v1/beacon/pool/proposer_slashings",
        "/eth/v1/beacon/pool/voluntary_exits", "/eth/v1/beacon/rewards/blocks/head", "/eth/v1/beacon/states/head/pending_consolidations",
        "/eth/v1/beacon/states/head/pending_deposits", "/eth/v1/beacon/states/head/pending_partial_withdrawals",
    ]

    private static let posts: [(path: String, body: String)] = [
        ("/eth/v2/beacon/pool/attestations", "[" + json(SingleAttestation.self) + "]"),
        ("/eth/v2/beacon/pool/attester_slashings", json(AttesterSlashing.self)),
        ("/eth/v2/validator/aggregate_and_proofs", "[" + json(SignedAggregateAndProof.self) + "]"),
        ("/eth/v1/validator/duties/attester/3", "[\"0\",\"1\"]"), ("/eth/v1/validator/duties/sync/3", "[\"0\",\"1\"]"),
        ("/eth/v1/beacon/states/head/validator_balances", "[\"0\"]"), ("/eth/v1/beacon/states/head/validator_identities", "[\"1\"]"),
        ("/eth/v1/beacon/states/head/validators", "{\"ids\":[\"0\"],\"statuses\":[\"active\"]}"),
        (
            "/eth/v1/validator/beacon_committee_subscriptions",
            "[{\"validator_index\":\"1\",\"committee_index\":\"0\",\"committees_at_slot\":\"1\",\"slot\":\"4\",\"is_aggregator\":true}]"
        ),
        ("/eth/v1/validator/contribution_and_proofs", "[" + json(SignedContributionAndProof.self) + "]"),
        ("/eth/v1/validator/liveness/2", "[\"0\",\"3\"]"),
        (
            "/eth/v1/validator/prepare_beacon_proposer",
            "[{\"validator_index\":\"1\",\"fee_recipient\":\"0x" + String(repeating: "11", count: 20) + "\"}]"
        ),
        ("/eth/v1/validator/register_validator", "[{\"message\":{},\"signature\":\"0x\"}]"),
        (
            "/eth/v1/validator/sync_committee_subscriptions",
            "[{\"validator_index\":\"1\",\"sync_committee_indices\":[\"0\"],\"until_epoch\":\"9\"}]"
        ),
        ("/eth/v1/beacon/pool/bls_to_execution_changes", "[" + json(SignedBLSToExecutionChange.self) + "]"),
        ("/eth/v1/beacon/pool/proposer_slashings", json(ProposerSlashing.self)),
        ("/eth/v1/beacon/pool/sync_committees", "[" + json(SyncCommitteeMessage.self) + "]"),
        ("/eth/v1/beacon/pool/voluntary_exits", json(SignedVoluntaryExit.self)),
        ("/eth/v1/beacon/rewards/attestations/2", "[\"0\"]"), ("/eth/v1/beacon/rewards/sync_committee/head", "[]"),
        ("/polai/v1/pool/ack_certificates", json(AckCertificate.self)), ("/polai/v1/pool/ack_contradictions", json(AckContradiction.self)),
    ]

    private static func json<Value: BeaconContainer>(_ type: Value.Type) -> String { Value(default: .pol).json(.pol).description }

    static var all: [[UInt8]] {
        let json = "application/json"
        let octets = "application/octet-stream"
        let requests =
            gets.map { "GET\n\($0)\n\n\(json)\n" } + gets.prefix(6).map { "GET\n\($0)\n\n\(octets)\n" }
            + posts.map { "POST\n\($0.path)\n\(json)\n\(json)\n\($0.body)" }
        let block = Array("POST\n/eth/v2/beacon/blocks\n\(octets)\n\(json)\n".utf8) + SignedBeaconBlock(default: .pol).serialize(.pol)
        return requests.map { Array($0.utf8) } + [block]
    }
}
