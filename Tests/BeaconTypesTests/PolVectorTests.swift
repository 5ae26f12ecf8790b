import BeaconTypes
import Foundation
import JSON
import Primitives
import SSZ
import TestSupport
import Testing

/// Blocks and a genesis state of the `pol` fork from its executable specification. The shared ones were made before two
/// constants changed (the slashings vector grew, and the leak slowed down), before votes had two signatures and before slices were
/// drawn: neither their genesis nor their blocks decode any more. The committed ones take their place.
@Suite("pol vectors") struct PolVectorTests {
    private static let superseded: [String: UInt64] = [
        "EPOCHS_PER_SLASHINGS_VECTOR": 2048, "INACTIVITY_PENALTY_QUOTIENT_BELLATRIX": 1 << 24,
    ]

    @Test("the shared genesis and its blocks are superseded", .needs(vectors: "pol"))
    func formerChain() throws {
        let text = try String(contentsOf: Present.vectors("pol/pol_n4_seed1.jsonl"), encoding: .utf8)
        var superseded = 0
        for line in text.split(separator: "\n") {
            let json = try JSONValue(parsing: String(line))
            if json["kind"]?.string == "genesis" {
                let bytes = try [UInt8](hex: try #require(json["ssz"]?.string))
                #expect(throws: SSZError.self) { try BeaconState(deserializing: bytes, BeaconSpec.pol) }
            } else {
                let bytes = try [UInt8](hex: try #require(json["block"]?.string))
                #expect(throws: SSZError.self) { try SignedBeaconBlock(deserializing: bytes, BeaconSpec.pol) }
                superseded += 1
            }
        }
        print("SUPERSEDED in pol_n4_seed1.jsonl: genesis and \(superseded) blocks")
    }

    @Test("blocks decode, encode identically and have the given roots", arguments: ["certificates", "evidence"])
    func chain(name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../StateTransitionTests/Vectors/pol_\(name)_n4.jsonl")
        var blocks: [(pre: String, post: String?, block: SignedBeaconBlock)] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let json = try JSONValue(parsing: String(line))
            if json["kind"]?.string == "block" {
                let bytes = try [UInt8](hex: try #require(json["block"]?.string))
                let block = try SignedBeaconBlock(deserializing: bytes, BeaconSpec.pol)
                #expect(block.serialize(.pol) == bytes)
                #expect(try SignedBeaconBlock(json: block.json(.pol), .pol) == block)
                blocks.append((try #require(json["pre"]?.string), json["post"]?.string, block))
            }
        }
        try checkParents(blocks)
    }

    /// The root of an accepted block is the parent root of the accepted blocks on its state.
    private func checkParents(_ blocks: [(pre: String, post: String?, block: SignedBeaconBlock)]) throws {
        var checked = 0
        for parent in blocks where parent.post != nil {
            #expect(parent.block.message.stateRoot.bytes.bareHex == parent.post)
            for child in blocks where child.pre == parent.post && child.post != nil {
                #expect(parent.block.message.hashTreeRoot(.pol) == child.block.message.parentRoot)
                checked += 1
            }
        }
        #expect(blocks.count > 30 && checked > 2)
    }

    @Test("preset.json lists our constants, all but those it was made before", .needs(vectors: "pol"))
    func preset() throws {
        let file = Present.vectors("pol/preset.json")
        let json = try JSONValue(parsing: [UInt8](Data(contentsOf: file)))
        let config = try #require(json["config"]?.object)
        let ours = Dictionary(uniqueKeysWithValues: ChainConfig.pol.namedValues)
        for member in config where member.name != "PRESET_BASE" {
            #expect(ours[member.name] == member.value.plainText, "\(member.name)")
        }
        let presets = Dictionary(uniqueKeysWithValues: Preset.pol.namedValues)
        let values = try #require(json["preset_and_constants"]?.object)
        let known = values.filter { presets[$0.name] != nil }
        for member in known {
            guard let before = Self.superseded[member.name] else {
                #expect(presets[member.name] == member.value.uint64, "\(member.name)")
                continue
            }
            print("SUPERSEDED in preset.json: \(member.name)")
            #expect(member.value.uint64 == before)
        }
        #expect(Preset.pol.epochsPerSlashingsVector == 16_384)
        #expect(Preset.pol.inactivityPenaltyQuotientBellatrix == 4_294_967_296)
        #expect(known.count == presets.count)
        #expect(values.first { $0.name == "ACK_WINDOW_SLOTS" }?.value.uint64 == BeaconSpec.pol.ackWindowSlots)
        #expect(values.first { $0.name == "MAX_ACK_EVIDENCE_AGE" }?.value.uint64 == BeaconSpec.pol.maxAckEvidenceAge)
    }
}

extension JSONValue {
    /// The text of a string, the digits of a number.
    var plainText: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        default: nil
        }
    }
}
