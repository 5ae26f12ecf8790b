import Foundation
import LoRA
import ModelFiles
import TestSupport
import Testing
import UpdateCodec

@Suite struct UpdateFileBadInputTests {
    /// A vector file with its header or its tensors changed, written canonically again.
    private func edited(
        _ codec: UpdateEncoding, metadata edits: [String: String?] = [:], drop: String? = nil,
        tensors: [(String, SafetensorsType, [Int], [UInt8])] = [], patch: (inout [UInt8], String) -> Void = { _, _ in }
    ) throws -> [UInt8] {
        let file = try SafetensorsFile(FileBytes(vectorBytes("\(codec.rawValue).safetensors")))
        var entries = file.metadata
        for (key, value) in edits { entries[key] = value }
        var writer = SafetensorsWriter(metadata: entries)
        for tensor in file.tensors where tensor.name != drop {
            var bytes = file.withBytes(of: tensor) { [UInt8]($0) }
            patch(&bytes, tensor.name)
            writer.add(tensor.name, type: tensor.type, shape: tensor.shape, bytes: bytes)
        }
        for (name, type, shape, bytes) in tensors { writer.add(name, type: type, shape: shape, bytes: bytes) }
        return writer.serialized()
    }

    private func refusal(_ bytes: [UInt8]) -> String {
        do throws(UpdateFileError) {
            _ = try UpdateFile(bytes).delta(layout: tinyLayout)
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test func editingAloneIsAccepted() throws {
        for codec in UpdateEncoding.allCases {
            #expect(try edited(codec) == vectorBytes("\(codec.rawValue).safetensors"))
            #expect(try refusal(edited(codec)) == "accepted")
        }
    }

    @Test func refusesBadMetadata() throws {
        for (key, value, part) in [
            ("format", "polai-update-2", "is not polai-update-1"), ("codec", "zip", "codec zip is unknown"),
            ("steps", "-1", "not a number"),
            ("steps", "18446744073709551616", "not a number"), ("steps", "+5", "canonical"), ("round", "007", "canonical"),
            ("seed", "1e3", "not a number"), ("trainer", "0xabcd", "not hexadecimal"), ("base_model_root", "xyz", "not hexadecimal"),
            ("parent_adapter_root", "0x" + String(repeating: "AA", count: 32), "canonical"), ("public_key", "0x", "not hexadecimal"),
            ("public_key", "0x" + String(repeating: "ab", count: 1025), "not hexadecimal"), ("signature", "0x", "not hexadecimal"),
            ("data_hash", "", "not hexadecimal"), ("recipe", String(repeating: "x", count: 257), "printable"), ("recipe", "ü", "printable"),
            ("extra", "1", "is unknown"),
        ] as [(String, String, String)] {
            #expect(try refusal(edited(.sign1Bit, metadata: [key: value])).contains(part), "\(key) \(value)")
        }
        for key in ["format", "codec", "steps", "seed", "signature", "recipe", "public_key", "trainer", "data_hash"] {
            #expect(try refusal(edited(.sign1Bit, metadata: [key: nil as String?])).contains("\(key) is missing"))
        }
    }

    @Test func refusesBadTensors() throws {
        #expect(try refusal(edited(.sign1Bit, drop: "scales")).contains("scales is missing"))
        #expect(try refusal(edited(.sign1Bit, drop: "modules")).contains("modules is missing"))
        #expect(try refusal(edited(.topK2Bit, drop: "bits")).contains("bits is missing"))
        #expect(try refusal(edited(.signRows, drop: "code")).contains("code is missing"))
        #expect(try refusal(edited(.signRows, drop: "scales")).contains("scales is missing"))
        #expect(try refusal(edited(.signRows, drop: "scales", tensors: [("scales", .f16, [1], [0, 1])])).contains("scales is F16 [1]"))
        #expect(try refusal(edited(.signRows, drop: "code", tensors: [("code", .u8, [0], [])])).contains("ends early"))
        #expect(try refusal(edited(.signRows, drop: "code", tensors: [("code", .u8, [3], [0, 0, 0])])).contains("code"))
        #expect(try refusal(edited(.denseFP16, tensors: [("extra", .u8, [1], [0])])).contains("extra is unknown"))
        #expect(try refusal(edited(.sign1Bit, metadata: ["codec": "dense-fp16"])).contains("is unknown"))
        #expect(
            try refusal(edited(.denseFP16, drop: "values", tensors: [("values", .f16, [2], [0, 0, 0, 0])])).contains("values is F16 [2]"))
        #expect(
            try refusal(edited(.denseFP16, drop: "modules", tensors: [("modules", .u8, [3], [1, 0, 0])])).contains("does not fit the model")
        )
        #expect(try refusal(edited(.denseFP16, drop: "modules", tensors: [("modules", .f16, [1], [1, 0])])).contains("row of bytes"))
        #expect(try refusal(edited(.denseFP16) { bytes, name in if name == "modules" { bytes = [0, 0] } }).contains("changes no module"))
        #expect(
            try refusal(edited(.denseFP16) { bytes, name in if name == "modules" { bytes[1] |= 0x80 } }).contains("beyond the model's 14"))
        // One module more than there are values for.
        #expect(try refusal(edited(.denseFP16) { bytes, name in if name == "modules" { bytes[0] |= 2 } }).contains("not F16"))
    }

    @Test func refusesBadValues() throws {
        for word in [UInt16(0x7c00), 0xfc00, 0x7e01, 0xffff] {
            func poison(_ target: String) -> (inout [UInt8], String) -> Void {
                { bytes, name in
                    if name == target { (bytes[4], bytes[5]) = (UInt8(word & 0xff), UInt8(word >> 8)) }
                }
            }
            #expect(try refusal(edited(.denseFP16, patch: poison("values"))).contains("NaN or infinite"))
            #expect(try refusal(edited(.sign1Bit, patch: poison("scales"))).contains("negative scale"))
            #expect(try refusal(edited(.topK2Bit, patch: poison("scales"))).contains("negative scale"))
            #expect(try refusal(edited(.signRows, patch: poison("scales"))).contains("negative scale"))
        }
        let minusZero: (inout [UInt8], String) -> Void = { bytes, name in if name == "scales" { (bytes[0], bytes[1]) = (0, 0x80) } }
        #expect(try refusal(edited(.sign1Bit, patch: minusZero)).contains("negative scale"))
        #expect(try refusal(edited(.topK2Bit) { bytes, name in if name == "counts" { bytes[1] = 0xff } }).contains("takes"))
        #expect(try refusal(edited(.topK2Bit) { bytes, name in if name == "counts" { bytes[0] ^= 1 } }) != "accepted")
        #expect(try refusal(edited(.topK2Bit) { bytes, name in if name == "bits" { bytes[0] |= 0x0f } }).contains("Rice parameter 15"))
        #expect(try refusal(edited(.topK2Bit) { bytes, name in if name == "bits" { bytes = bytes.map { _ in 0xff } } }) != "accepted")
    }

    @Test func refusesBadContainers() throws {
        let bytes = try vectorBytes("sign-1bit.safetensors")
        #expect(refusal(bytes + [0]).contains("1 bytes follow"))
        #expect(refusal([UInt8](repeating: 0, count: 150_001)).contains("more than the 150000"))
        #expect(refusal([]).contains("damaged"))
        // Another spelling of the same header: one space more, padded by eight.
        var padded = bytes
        let length = Int(bytes[0]) | Int(bytes[1]) << 8
        padded.insert(contentsOf: [UInt8](repeating: 0x20, count: 8), at: 8 + length)
        padded[0] &+= 8
        if padded[0] < 8 { padded[1] += 1 }
        #expect(refusal(padded).contains("canonical"))
    }

    @Test func refusesAnotherModel() throws {
        let file = try UpdateFile(vectorBytes("sign-1bit.safetensors"))
        #expect(throws: UpdateFileError.self) { try file.delta(layout: smolLMLayout) }
        let wider = LoRALayout(model: model(hidden: 64, intermediate: 131, layers: 2, heads: 4, keyValueHeads: 2, headDimension: 16))
        #expect(throws: UpdateFileError.self) { try file.delta(layout: wider) }
    }

    @Test(arguments: UpdateEncoding.allCases)
    func survivesDamage(codec: UpdateEncoding) throws {
        let bytes = try vectorBytes("\(codec.rawValue).safetensors")
        var random = SeededGenerator(seed: 77)
        var refused = 0
        for round in 0..<400 {
            var damaged = bytes
            if round % 4 == 0 {
                damaged.removeLast(Int.random(in: 1...bytes.count, using: &random))
            } else {
                // Half of the hits in the header, half in the tensors.
                let range = round % 4 == 1 ? 0..<1200 : 1200..<bytes.count
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    damaged[Int.random(in: range, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            do throws(UpdateFileError) {
                let file = try UpdateFile(damaged)
                let delta = try file.delta(layout: tinyLayout)
                #expect(delta.isFinite)
                // Every accepted damage changes what is signed, or the signature.
                #expect(damaged == bytes || file.signature != digestSignature(file.signedMessage))
            } catch {
                refused += 1
            }
        }
        #expect(refused >= 100)
    }
}
