import BeaconWire
import Foundation
import FuzzDriver
import JSON
import Multiformats
import Primitives
import RLP
@testable import SpecTests

extension FuzzTarget {
    static let json = FuzzTarget(
        "json", "JSON texts", words: Words.json
    ) { _ in
        let seeds = [
            #"{"a":[1,-2.5e+10,"\u00e9\ud83d\ude00\n",true,false,null],"b":{"c":""}}"#, "[[[[[[]]]]]]", "\"\\\\\"", "18446744073709551616",
        ]
        return Prepared(seeds: seeds.map { Array($0.utf8) }) { bytes in
            let value = try JSONValue(parsing: bytes)
            promise((try? JSONValue(parsing: value.utf8)) == value, "JSON that changes by being written")
            _ = try JSONValue(parsing: bytes, uniqueNames: true)
        }
    }

    static let rlp = FuzzTarget("rlp", "RLP items of any shape") { _ in
        Prepared(seeds: [
            [0xc0], [0x83, 1, 2, 3], [0xc8, 0x83, 0x63, 0x61, 0x74, 0x83, 0x64, 0x6f, 0x67], [0xf8, 56] + [UInt8](repeating: 1, count: 56),
        ]) {
            bytes in
            let item = try RLPItem(encoded: bytes)
            promise(item.encoded == bytes, "RLP that is not canonical was read")
        }
    }

    static let yaml = FuzzTarget(
        "yaml", "YAML of the test vectors", maximumLength: 2048, words: ["- ", ": ", "{", "}", "[", "]", "'", "\n  "]
    ) {
        vectors in
        let folder = "minimal/phase0/genesis/initialization/pyspec_tests/initialize_beacon_state_random_invalid_genesis"
        let files = try ["eth1.yaml", "manifest.yaml", "meta.yaml"].map { try vectors.bytes("StateTransition", "\(folder)/\($0)") }
        let own = ["- a: {b: 1, c: [x, 'y: z', \"q\"]}\n  d:\n    - 0x00\n    - null\n- - 1\n  - 2\n", "{a: [1,\n 2], b: true}"]
        return Prepared(seeds: files + own.map { Array($0.utf8) }) { bytes in
            _ = try VectorYAML.parse(String(decoding: bytes, as: UTF8.self))
        }
    }

    static let snappy = FuzzTarget("snappy", "snappy blocks of the test vectors") { vectors in
        let folder = "minimal/phase0/genesis/initialization/pyspec_tests/initialize_beacon_state_from_eth1"
        return Prepared(seeds: [try vectors.bytes("StateTransition", "\(folder)/deposits_2.ssz_snappy"), [0], [3, 8, 1, 2, 3]]) { bytes in
            _ = SnappyBlock.decompress(bytes, limit: 1 << 28)
        }
    }

    static let beaconRequests = FuzzTarget("beacon-requests", "requests and answers of the consensus network, and message ids") {
        _ in
        let chunk = RequestFrames.chunk([1, 2, 3], context: nil) + RequestFrames.failure(.serverError, "no")
        return Prepared(seeds: [chunk, RequestFrames.payload([UInt8](repeating: 7, count: 200)), GossipPayload.encode([1, 2, 3])]) {
            bytes in
            _ = GossipPayload.messageID(topic: "/eth2/00000000/beacon_block/ssz_snappy", data: bytes)
            var request = RequestReader(allowed: 0...1 << 16)
            _ = try? request.read(bytes)
            if let chunk = try? StateChunk(decoding: bytes, index: 0) {
                promise(chunk.encoded == bytes && chunk.part.count <= chunk.total, "a chunk of a state that is written otherwise")
            }
            var answer = ResponseReader(allowed: 1...1 << 16, context: nil)
            answer.feed(bytes)
            while try answer.next() != nil {}
        }
    }

    /// Texts whose readers are a few lines each; the first byte says which.
    static let texts = FuzzTarget("texts", "hexadecimal, decimal, base58, base32, varints", maximumLength: 512) {
        _ in
        let texts = ["z6MkpTHR8VNs", String(repeating: "ab", count: 32), "0xdeadbeef", "115792089237316195423570985008687907853"]
        let seeds = texts.flatMap { text in (0..<5).map { [UInt8($0)] + Array(text.utf8) } }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let kind = input.index(below: 5)
            let rest = input.rest()
            let text = String(decoding: rest, as: UTF8.self)
            switch kind {
            case 0:
                let value = try [UInt8](hex: text)
                promise((try? [UInt8](hex: value.hex)) == value, "hexadecimal")
            case 1:
                guard let value = UInt256(decimal: text) else { return }
                promise(UInt256(decimal: value.description) == value, "decimal")
            case 2:
                promise(Base58.decode(Base58.encode(rest)) == rest || rest.count > 700, "base58")
                if let value = Base58.decode(text) { promise(Base58.encode(value) == text, "base58 text") }
            case 3:
                promise(Base32.decode(Base32.encode(rest)) == rest || rest.count > 600, "base32")
                if let value = Base32.decode(text) { promise(Base32.encode(value) == text, "base32 text") }
            default:
                var slice = rest[...]
                let value = try Varint.decode(&slice)
                promise(Varint.encode(value) == Array(rest.prefix(rest.count - slice.count)), "varint")
            }
        }
    }
}

/// Words of the formats, for the dictionaries.
enum Words {
    static let json = [
        "{", "}", "[", "]", ":", ",", "\"\"", "null", "true", "false", "\\u0000", "\\ud800", "1e999", "-0", "18446744073709551615",
    ]
}
