import BeaconTypes
import Foundation
import KeyValueStore
import Primitives
import SlashingProtection
import TestSupport
import Testing
import ValidatorClient

private let validator = Bytes48(repeatElement(1, count: 48)) ?? Bytes48()

@Suite struct ProtectionInterchangeTests {
    @Test func exportsWhatWasSignedAndRefusesItElsewhere() throws {
        var exported: [UInt8] = []
        try Scratch().life { database in
            try database.record(SignedBlockRecord(slot: 5, signingRoot: root(1)), by: validator)
            try database.record(SignedAttestationRecord(sourceEpoch: 3, targetEpoch: 4, signingRoot: root(2)), by: validator)
            exported = try database.histories().interchange
            #expect(try database.histories(of: []).validators.isEmpty)
        }
        try Scratch().life { database in
            try database.merge(ProtectionHistory(interchange: exported))
            #expect(throws: ValidatorClientError.self) {
                try database.record(SignedBlockRecord(slot: 5, signingRoot: root(9)), by: validator)
            }
            #expect(throws: ValidatorClientError.self) {
                try database.record(SignedAttestationRecord(sourceEpoch: 3, targetEpoch: 4, signingRoot: root(9)), by: validator)
            }
            try database.record(SignedAttestationRecord(sourceEpoch: 3, targetEpoch: 5, signingRoot: root(9)), by: validator)
        }
    }

    @Test func refusesTheFileOfAnotherChain() throws {
        try Scratch().life { database in
            #expect(throws: ValidatorClientError.self) { try database.merge(ProtectionHistory(genesisValidatorsRoot: root(7))) }
        }
    }

    @Test func carriesTheFirstFormatOver() throws {
        let scratch = Scratch()
        let subject = AckSubject(slot: 9, anchorRoot: root(3), updateID: root(4))
        func number(_ value: UInt64) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
        let store = try scratch.store()
        try store.write { txn in
            try txn.put(number(77) + root(1).bytes, for: validator, in: "blocks")
            try txn.put(number(10) + number(12) + root(2).bytes, for: validator, in: "attestations")
            try txn.put(root(5), for: validator.bytes + number(9) + root(3).bytes + root(4).bytes, in: "acks")
        }
        store.close()
        for _ in 0..<2 {
            try scratch.life { database in
                try database.record(SignedBlockRecord(slot: 77, signingRoot: root(1)), by: validator)
                try database.record(SignedAttestationRecord(sourceEpoch: 10, targetEpoch: 12, signingRoot: root(2)), by: validator)
                try database.record(ack: subject, signingRoot: root(5), by: validator)
                #expect(throws: ValidatorClientError.self) {
                    try database.record(SignedBlockRecord(slot: 77, signingRoot: root(8)), by: validator)
                }
                #expect(throws: ValidatorClientError.self) {
                    try database.record(SignedAttestationRecord(sourceEpoch: 11, targetEpoch: 12, signingRoot: root(8)), by: validator)
                }
                #expect(throws: ValidatorClientError.self) { try database.record(ack: subject, signingRoot: root(8), by: validator) }
            }
        }
    }
}

/// Ethereum's public slashing protection vectors through the database that signing uses, when they lie beside the
/// repository.
@Suite(.needs(vectors: "eip3076")) struct PublicVectorsThroughTheDatabase {
    static let folder = Present.vectors("eip3076")

    struct Vector: Decodable {
        struct Step: Decodable {
            struct Block: Decodable {
                var pubkey, slot: String
                var signing_root: String?
                var should_succeed_complete: Bool
            }
            struct Attestation: Decodable {
                var pubkey, source_epoch, target_epoch: String
                var signing_root: String?
                var should_succeed_complete: Bool
            }
            var should_succeed: Bool
            var blocks: [Block]
            var attestations: [Attestation]
        }
        var name, genesis_validators_root: String
        var steps: [Step]
    }

    @Test func all() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil).filter {
            $0.pathExtension == "json"
        }
        #expect(files.count >= 19)
        var judged = 0
        for file in files { judged += try run(file) }
        print("public EIP-3076 vectors through the database: \(files.count) files, \(judged) messages")
    }

    func run(_ file: URL) throws -> Int {
        let data = try Data(contentsOf: file)
        let vector = try JSONDecoder().decode(Vector.self, from: data)
        let raw = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rawSteps = try #require(raw["steps"] as? [[String: Any]])
        let scratch = Scratch()
        var judged = 0
        for (step, rawStep) in zip(vector.steps, rawSteps) {
            let interchange = [UInt8](try JSONSerialization.data(withJSONObject: try #require(rawStep["interchange"])))
            // Each step is a life of its own: the file on disk is what counts.
            try scratch.life(chain: try Hash32(hex: vector.genesis_validators_root)) { database in
                var succeeded = true
                do { try database.merge(ProtectionHistory(interchange: interchange)) } catch { succeeded = false }
                #expect(succeeded == step.should_succeed, "\(vector.name)")
                for block in step.blocks {
                    let record = SignedBlockRecord(
                        slot: try #require(UInt64(block.slot)), signingRoot: try block.signing_root.map { try Hash32(hex: $0) })
                    let allowed = (try? database.record(record, by: try Bytes48(hex: block.pubkey))) != nil
                    #expect(allowed == block.should_succeed_complete, "\(vector.name) block \(block.slot)")
                    judged += 1
                }
                for attestation in step.attestations {
                    let record = SignedAttestationRecord(
                        sourceEpoch: try #require(UInt64(attestation.source_epoch)),
                        targetEpoch: try #require(UInt64(attestation.target_epoch)),
                        signingRoot: try attestation.signing_root.map { try Hash32(hex: $0) })
                    let allowed = (try? database.record(record, by: try Bytes48(hex: attestation.pubkey))) != nil
                    #expect(
                        allowed == attestation.should_succeed_complete,
                        "\(vector.name) attestation \(attestation.source_epoch)→\(attestation.target_epoch)")
                    judged += 1
                }
            }
        }
        return judged
    }
}
