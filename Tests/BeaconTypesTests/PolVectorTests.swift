import BeaconTypes
import Foundation
import JSON
import Primitives
import SSZ
import Testing

/// Blocks and a genesis state of the `pol` fork from its executable specification.
@Suite("pol vectors") struct PolVectorTests {
    @Test("genesis and blocks decode, encode identically and have the given roots") func chain() throws {
        guard let file = sharedVectors("pol/pol_n4_seed1.jsonl") else { return }
        let text = try String(contentsOf: file, encoding: .utf8)
        var blocks: [(pre: String, post: String?, block: SignedBeaconBlock)] = []
        for line in text.split(separator: "\n") {
            let json = try JSONValue(parsing: String(line))
            if json["kind"]?.string == "genesis" {
                let bytes = try [UInt8](hex: try #require(json["ssz"]?.string))
                var state = try BeaconState(deserializing: bytes, BeaconSpec.pol)
                #expect(state.serialize(.pol) == bytes)
                #expect(state.cachedHashTreeRoot(.pol).bytes.bareHex == json["root"]?.string)
            } else {
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
        #expect(checked > 5)
        print("pol chain: \(blocks.count) blocks, \(checked) parent roots")
    }

    @Test("preset.json lists exactly our constants") func preset() throws {
        guard let file = sharedVectors("pol/preset.json") else { return }
        let json = try JSONValue(parsing: [UInt8](Data(contentsOf: file)))
        let config = try #require(json["config"]?.object)
        let ours = Dictionary(uniqueKeysWithValues: ChainConfig.pol.namedValues)
        for member in config where member.name != "PRESET_BASE" {
            #expect(ours[member.name] == member.value.plainText, "\(member.name)")
        }
        let presets = Dictionary(uniqueKeysWithValues: Preset.pol.namedValues)
        let values = try #require(json["preset_and_constants"]?.object)
        let known = values.filter { presets[$0.name] != nil }
        for member in known { #expect(presets[member.name] == member.value.uint64, "\(member.name)") }
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
