import JSON
import Primitives
import SlashingProtection
import Testing

@Suite("EIP-3076 interchange")
struct InterchangeTests {
    static let chain = root(200)

    static func file(_ data: JSONValue, version: String = "5") -> [UInt8] {
        let file: JSONValue = [
            "metadata": ["interchange_format_version": .string(version), "genesis_validators_root": .string(chain.hex)], "data": data,
        ]
        return file.utf8
    }

    @Test("export and import are inverse, and keys that stand twice are one validator")
    func roundTrip() throws {
        let key = try Bytes48(hex: String(repeating: "ab", count: 48))
        let entry: (String, JSONValue) -> JSONValue = { slot, root in
            [
                "pubkey": .string(key.hex), "signed_blocks": [["slot": .string(slot), "signing_root": root], ["slot": "7"]],
                "signed_attestations": [["source_epoch": "1", "target_epoch": "2"]],
            ]
        }
        let history = try ProtectionHistory(
            interchange: Self.file([entry("5", .string(root(1).hex)), entry("6", .string(root(2).hex))]))
        let validator = try #require(history.validators[key])
        #expect(validator.blocks.map(\.slot) == [5, 6, 7] && validator.attestations.count == 1)
        #expect(validator.blocks[0].signingRoot == root(1) && validator.blocks[2].signingRoot == nil)
        #expect(try ProtectionHistory(interchange: history.interchange) == history)
    }

    @Test("records with root zero and without a root have one order")
    func oneOrder() throws {
        let blocks = [SignedBlockRecord(slot: 5, signingRoot: .zero), SignedBlockRecord(slot: 5, signingRoot: nil)]
        let votes = [
            SignedAttestationRecord(sourceEpoch: 1, targetEpoch: 2, signingRoot: .zero),
            SignedAttestationRecord(sourceEpoch: 1, targetEpoch: 2, signingRoot: nil),
        ]
        // The records meet in sets, whose order differs from one value to the next.
        for _ in 0..<20 {
            var history = ValidatorHistory()
            history.merge(blocks: blocks, attestations: votes)
            #expect(history.blocks.map(\.signingRoot) == [nil, .zero])
            #expect(history.attestations.map(\.signingRoot) == [nil, .zero])
            #expect(try ValidatorHistory(bytes: history.bytes) == history)
        }
    }

    @Test("bounds survive as messages without a root: what was refused stays refused")
    func bounds() throws {
        let key = Bytes48()
        var history = ProtectionHistory(genesisValidatorsRoot: Self.chain)
        history.validators[key, default: ValidatorHistory()].merge(
            blocks: [SignedBlockRecord(slot: 5, signingRoot: root(1))], attestations: [vote(3, 4), vote(2, 3)])
        history.minimize()
        let read = try #require(try ProtectionHistory(interchange: history.interchange).validators[key])
        for slot in [4, 5] as [UInt64] {
            #expect(throws: SlashingProtectionError.self) { try read.check(SignedBlockRecord(slot: slot, signingRoot: root(1))) }
        }
        try read.check(SignedBlockRecord(slot: 6, signingRoot: root(1)))
        for bad in [vote(3, 4), vote(2, 5)] { #expect(throws: SlashingProtectionError.self) { try read.check(bad) } }
        try read.check(vote(3, 5))
    }

    @Test("histories of other chains do not mix")
    func otherChain() {
        var history = ProtectionHistory(genesisValidatorsRoot: Self.chain)
        let other = ProtectionHistory(genesisValidatorsRoot: root(9))
        #expect(throws: SlashingProtectionError.otherChain(expected: Self.chain, actual: root(9))) { try history.merge(other) }
    }

    @Test("malformed files are refused")
    func malformed() throws {
        let key = JSONValue.string(String(repeating: "ab", count: 48))
        let files: [[UInt8]] = [
            [], Array("{".utf8), Array("[]".utf8), Array("{}".utf8), Self.file([], version: "4"), Self.file("none"), Self.file([1]),
            Self.file([[:]]), Self.file([["pubkey": "0x00", "signed_blocks": [], "signed_attestations": []]]),
            Self.file([["pubkey": key, "signed_blocks": []]]),
            Self.file([["pubkey": key, "signed_blocks": [["slot": 5]], "signed_attestations": []]]),
            Self.file([["pubkey": key, "signed_blocks": [["slot": "-5"]], "signed_attestations": []]]),
            Self.file([["pubkey": key, "signed_blocks": [["slot": "18446744073709551616"]], "signed_attestations": []]]),
            Self.file([["pubkey": key, "signed_blocks": [["slot": "5", "signing_root": "0x00"]], "signed_attestations": []]]),
            Self.file([["pubkey": key, "signed_blocks": [], "signed_attestations": [["source_epoch": "1"]]]]),
        ]
        for (index, file) in files.enumerated() {
            #expect(throws: SlashingProtectionError.self, "file \(index)") { _ = try ProtectionHistory(interchange: file) }
        }
        #expect(try ProtectionHistory(interchange: Self.file([])).validators.isEmpty)
    }
}
