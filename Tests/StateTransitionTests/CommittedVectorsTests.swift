import Foundation
import SpecTests
import TestSupport
import Testing

/// The vectors in this target's resources: a selection made by the official generator, and blocks of our fork made by its
/// executable specification in `scripts/vectors/pol`.
@Suite struct CommittedVectorsTests {
    @Test func officialVectorsPass() throws {
        let report = SpecTests.run(try TestVectors.committed.appending(path: "minimal"))
        #expect(report.failed == 0 && report.skipped == 0, "\(report.summary)")
        for group in [
            "operations/attestation", "operations/withdrawals", "epoch_processing/pending_deposits", "rewards/leak",
            "sanity/blocks", "sanity/slots", "finality/finality", "genesis/initialization",
            "shuffling/core", "merkle_proof/single_merkle_proof", "sync/optimistic", "fork_choice/get_head", "fork_choice/on_block",
            "fork_choice/reorg",
            "networking/gossip_beacon_block", "networking/gossip_beacon_aggregate_and_proof", "networking/gossip_beacon_attestation",
            "networking/gossip_voluntary_exit", "networking/gossip_proposer_slashing", "networking/gossip_attester_slashing",
            "networking/gossip_sync_committee_message", "networking/gossip_sync_committee_contribution_and_proof",
            "networking/gossip_bls_to_execution_change",
        ] {
            #expect((report.counts[group]?.passed ?? 0) > 0, "no vector of \(group)")
        }
    }

    @Test func forkVectorsPass() throws {
        let report = SpecTests.run(try TestVectors.committed, filter: "pol_")
        #expect(report.failed == 0 && report.skipped == 0, "\(report.summary)")
        #expect(report.counts["pol/genesis"]?.passed == 11)
        #expect(report.counts["pol/block"]?.passed == 226)
        #expect(report.counts["pol/slots"]?.passed == 14)
    }

    /// A runner that passes everything would pass the tests above too.
    @Test func wrongExpectationsFail() throws {
        let file = try TestVectors.committed.appending(path: "pol_n2.jsonl")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        let changed = lines.map { line in
            line.replacing(/"fault": ""/, with: "\"fault\": \"quorum\"").replacing(/"post": "[0-9a-f]{4}/, with: "\"post\": \"ffff")
                .replacing("\"fault\": \"quorum\"}", with: "\"fault\": \"anchor\"}")
        }
        let scratch = TemporaryFolder()
        let copy = URL(filePath: scratch.path("pol.jsonl"))
        try changed.joined(separator: "\n").write(to: copy, atomically: true, encoding: .utf8)
        let report = SpecTests.run(copy)
        #expect(report.counts["pol/genesis"]?.passed == 1)
        #expect(report.counts["pol/block"]?.passed == 0)
        #expect(report.failed == 7)
    }
}
