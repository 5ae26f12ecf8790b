import Foundation
import Primitives
import SlashingProtection
import TestSupport
import Testing

/// Ethereum's public slashing protection vectors, when they lie beside the repository: each runs against the
/// complete history and against the minimal one.
@Suite("Public EIP-3076 vectors", .needs(vectors: "eip3076"))
struct PublicVectorTests {
    static let folder = Present.vectors("eip3076")

    struct Test: Decodable {
        var name, genesis_validators_root: String
        var steps: [Step]
    }

    struct Step: Decodable {
        var should_succeed: Bool
        var blocks: [Block]
        var attestations: [Attestation]
    }

    struct Block: Decodable {
        var pubkey, slot: String
        var signing_root: String?
        var should_succeed, should_succeed_complete: Bool
    }

    struct Attestation: Decodable {
        var pubkey, source_epoch, target_epoch: String
        var signing_root: String?
        var should_succeed, should_succeed_complete: Bool
    }

    @Test(arguments: [true, false])
    func all(complete: Bool) throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil).filter {
            $0.pathExtension == "json"
        }
        #expect(files.count >= 19)
        for file in files { try run(file, complete: complete) }
        print("public EIP-3076 vectors, \(complete ? "complete" : "minimal"): \(files.count)")
    }

    func run(_ file: URL, complete: Bool) throws {
        let data = try Data(contentsOf: file)
        let test = try JSONDecoder().decode(Test.self, from: data)
        let raw = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rawSteps = try #require(raw["steps"] as? [[String: Any]])
        var history = ProtectionHistory(genesisValidatorsRoot: try Hash32(hex: test.genesis_validators_root))
        for (step, rawStep) in zip(test.steps, rawSteps) {
            let interchange = [UInt8](try JSONSerialization.data(withJSONObject: try #require(rawStep["interchange"])))
            var succeeded = true
            do {
                try history.merge(ProtectionHistory(interchange: interchange))
            } catch {
                succeeded = false
            }
            #expect(succeeded == step.should_succeed, "\(test.name)")
            if !complete { history.minimize() }
            for block in step.blocks {
                let record = SignedBlockRecord(
                    slot: try #require(UInt64(block.slot)), signingRoot: try block.signing_root.map { try Hash32(hex: $0) })
                let key = try Bytes48(hex: block.pubkey)
                let allowed = (try? history.validators[key, default: ValidatorHistory()].record(record)) != nil
                #expect(allowed == (complete ? block.should_succeed_complete : block.should_succeed), "\(test.name) block \(block.slot)")
                if !complete { history.minimize() }
            }
            for attestation in step.attestations {
                let record = SignedAttestationRecord(
                    sourceEpoch: try #require(UInt64(attestation.source_epoch)),
                    targetEpoch: try #require(UInt64(attestation.target_epoch)),
                    signingRoot: try attestation.signing_root.map { try Hash32(hex: $0) })
                let key = try Bytes48(hex: attestation.pubkey)
                let allowed = (try? history.validators[key, default: ValidatorHistory()].record(record)) != nil
                let expected = complete ? attestation.should_succeed_complete : attestation.should_succeed
                #expect(allowed == expected, "\(test.name) attestation \(attestation.source_epoch)→\(attestation.target_epoch)")
                if !complete { history.minimize() }
            }
        }
    }
}
