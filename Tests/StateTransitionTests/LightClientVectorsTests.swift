import Foundation
import SpecTests
import TestSupport
import Testing

/// The committed vectors of light clients, Merkle proofs, optimistic sync and SSZ types, and that their runners can fail.
@Suite struct LightClientVectorsTests {
    @Test func everyHandlerHasVectors() throws {
        let report = SpecTests.run(try TestVectors.committed, filter: "light_client")
        #expect(report.failed == 0 && report.skipped == 0, "\(report.summary)")
        #expect(report.counts["light_client/sync"]?.passed == 4)
        #expect(report.counts["light_client/single_merkle_proof"]?.passed == 4)
        #expect(report.counts["light_client/update_ranking"]?.passed == 1)
        #expect(report.counts["light_client/data_collection"]?.passed == 1)
    }

    @Test func sszTypesPass() throws {
        let report = SpecTests.run(try TestVectors.committed.appending(path: "general"))
        #expect(report.failed == 0 && report.skipped == 0, "\(report.summary)")
        for handler in ["basic_vector", "bitlist", "bitvector", "boolean", "containers", "uints"] {
            #expect((report.counts["ssz_generic/\(handler)"]?.passed ?? 0) > 5, "few vectors of \(handler)")
        }
    }

    /// A copy of a committed case, changed by `change`, run on its own.
    private func run(_ path: String, as changedPath: String? = nil, _ change: (URL) throws -> Void = { _ in }) throws -> SpecTestReport {
        let scratch = TemporaryFolder()
        let copy = URL(filePath: scratch.path)
        let folder = copy.appending(path: changedPath ?? path)
        try FileManager.default.createDirectory(at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: try TestVectors.committed.appending(path: path), to: folder)
        try change(folder)
        return SpecTests.run(copy)
    }

    private func rewrite(_ file: URL, _ change: (String) -> String) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        let changed = change(text)
        #expect(changed != text)
        try changed.write(to: file, atomically: true, encoding: .utf8)
    }

    private static let client = "minimal/electra/light_client"

    @Test func wrongExpectationsFail() throws {
        let sync = "\(Self.client)/sync/pyspec_tests/light_client_sync_no_force_update"
        #expect(try run(sync).passed == 1)
        #expect(try run(sync) { try rewrite($0.appending(path: "steps.yaml")) { $0.replacing("slot: 24", with: "slot: 25") } }.failed == 1)
        let untrusted = try run(sync) { folder in
            try rewrite(folder.appending(path: "meta.yaml")) {
                $0.replacing(/trusted_block_root: '0x../, with: "trusted_block_root: '0x00")
            }
        }
        #expect(untrusted.failed == 1)
        let ranking = try run("\(Self.client)/update_ranking/pyspec_tests/update_ranking") { folder in
            let (first, second) = (folder.appending(path: "updates_3.ssz_snappy"), folder.appending(path: "updates_9.ssz_snappy"))
            let bytes = try Data(contentsOf: first)
            try Data(contentsOf: second).write(to: first)
            try bytes.write(to: second)
        }
        #expect(ranking.failed == 1)
        let collection = try run("\(Self.client)/data_collection/pyspec_tests/light_client_data_collection") { folder in
            try rewrite(folder.appending(path: "steps.yaml")) {
                $0.replacing(/finality_update_[0-9]+_0x../, with: "finality_update_9_0x00")
            }
        }
        #expect(collection.failed == 1)
        let proof = try run("\(Self.client)/single_merkle_proof/BeaconState/finality_root_merkle_proof") { folder in
            try rewrite(folder.appending(path: "proof.yaml")) { $0.replacing("leaf_index: 169", with: "leaf_index: 170") }
        }
        #expect(proof.failed == 1)
        let optimistic = "minimal/electra/sync/optimistic/pyspec_tests/from_syncing_to_invalid"
        #expect(try run(optimistic).passed == 1)
        let believed = try run(optimistic) { folder in
            try rewrite(folder.appending(path: "steps.yaml")) { $0.replacing("status: INVALID", with: "status: VALID") }
        }
        #expect(believed.failed == 1)
        let ssz = "general/phase0/ssz_generic"
        #expect(try run("\(ssz)/uints/valid/uint_16_max_0", as: "\(ssz)/uints/invalid/uint_16_max_0").failed == 1)
        #expect(try run("\(ssz)/uints/valid/uint_16_max_0", as: "\(ssz)/uints/valid/uint_32_max_0").failed == 1)
        let root = try run("\(ssz)/containers/valid/VarTestStruct_max_0") { folder in
            try rewrite(folder.appending(path: "meta.yaml")) { $0.replacing(/root: '0x../, with: "root: '0x00") }
        }
        #expect(root.failed == 1)
    }

    /// What this chain does not have is counted as skipped, with the reason.
    @Test func otherForksAreSkipped() throws {
        let proof = "\(Self.client)/single_merkle_proof/BeaconState/finality_root_merkle_proof"
        for (path, reason) in [
            ("minimal/altair/light_client/single_merkle_proof/BeaconState/x", "begins with Electra"),
            ("minimal/gloas/light_client/single_merkle_proof/BeaconState/x", "comes after Electra"),
            ("minimal/electra/fork/fork/pyspec_tests/x", "upgrades between forks"),
            ("minimal/electra/transition/core/pyspec_tests/x", "upgrades between forks"),
            ("general/deneb/kzg/verify_blob_kzg_proof/kzg-mainnet/x", "no blobs"),
            ("general/phase0/ssz_generic/progressive_bitlist/valid/x", "no container of Electra uses"),
        ] {
            let report = try run(proof, as: path)
            #expect(report.skipped == 1 && report.passed == 0 && report.failed == 0, "\(path)")
            #expect(report.skipReasons.keys.allSatisfy { $0.contains(reason) }, "\(report.skipReasons)")
        }
        let later = try run("\(Self.client)/sync/pyspec_tests/light_client_sync_no_force_update") { folder in
            try rewrite(folder.appending(path: "meta.yaml")) {
                $0.replacing("store_fork_version: '0x05", with: "store_fork_version: '0x07")
            }
        }
        #expect(later.skipped == 1)
    }
}
