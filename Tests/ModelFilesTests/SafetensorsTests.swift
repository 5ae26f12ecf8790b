import ModelFiles
import Primitives
import Testing

@Suite struct SafetensorsTests {
    private func file(_ header: String, data: Int) -> [UInt8] {
        GGUFBuilder.little(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 7, count: data)
    }

    private func refusal(_ bytes: [UInt8]) -> String {
        do throws(ModelFileError) {
            _ = try SafetensorsFile(FileBytes(bytes))
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test func writesWhatItReads() throws {
        var writer = SafetensorsWriter(metadata: ["format": "pt", "note": "q\"\\\n\u{1}ü"])
        writer.add("z", shape: [2, 2], values: [1, -2, .infinity, 0.5])
        writer.add("a", type: .f16, shape: [3], bytes: [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00])
        writer.add("scalar", type: .u8, shape: [], bytes: [9])
        writer.add("empty", type: .i64, shape: [0, 4], bytes: [])
        let bytes = writer.serialized()
        let file = try SafetensorsFile(FileBytes(bytes))
        #expect(file.metadata == ["format": "pt", "note": "q\"\\\n\u{1}ü"])
        #expect(file.tensors.map(\.name) == ["empty", "z", "a", "scalar"])
        #expect(try file.values(of: #require(file["z"])) == [1, -2, .infinity, 0.5])
        #expect(try file.values(of: #require(file["a"])) == [1, -2, 0x1p-24])
        #expect(file["scalar"]?.shape == [])
        #expect(file["none"] == nil)
        let first = try #require(file.tensors.first)
        #expect(first.range.lowerBound % 8 == 0)
        #expect(writer.serialized() == bytes)
        #expect(throws: ModelFileError.self) { try file.values(of: #require(file["scalar"])) }
    }

    @Test func refusesBadHeaders() {
        let entry = #""t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
        #expect(refusal(file("{\(entry)}   ", data: 8)) == "accepted")
        #expect(refusal([1, 2, 3]).contains("shorter than 8"))
        #expect(refusal(GGUFBuilder.little(UInt64.max) + [0x7b, 0x7d]).contains("does not fit"))
        #expect(refusal(file(" {}", data: 0)).contains("does not begin with {"))
        #expect(refusal(file("{\(entry)", data: 8)).contains("no JSON"))
        #expect(refusal(file("{\(entry),\(entry)}", data: 8)).contains("occurs twice"))
        // A name that would take seconds to hash, in a file of an update's size.
        let marks = String(repeating: "\u{316}\u{315}", count: 36_000)
        #expect(refusal(file("{\"__metadata__\":{\"\(marks)\":\"\"}}", data: 0)).contains("combining marks"))
        #expect(refusal(file("{\(entry)}", data: 9)).contains("1 bytes follow"))
        #expect(refusal(file("{\(entry)}", data: 7)).contains("lies at"))
        for (bad, part) in [
            (#""t":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}"#, "type F33"),
            (#""t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#, "does not fill"),
            (#""t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}"#, "no count"),
            (#""t":{"dtype":"F32","shape":[1152921504606846976,16],"data_offsets":[0,8]}"#, "does not fill"),
            (#""t":{"dtype":"F32","shape":[0,1152921504606846976,16],"data_offsets":[0,0]}"#, "8 bytes follow"),
            (#""t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#, "gap"),
            (#""t":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}"#, "entry of tensor t"),
            (#""t":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}"#, "no count"),
            (#""t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#, "lies at"),
            (#""t":{"dtype":"F32","shape":[2]}"#, "entry of tensor t"),
            (#""t":5"#, "entry of tensor t"),
            (#""__metadata__":{"a":1}"#, "no string"),
            (#""__metadata__":[]"#, "no object"),
            (#""t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#, "overlap"),
        ] {
            #expect(refusal(file("{\(bad)}", data: 8)).contains(part), "\(bad)")
        }
    }

    @Test func survivesDamage() throws {
        let tiny = try vectorBytes("tiny-llama/model.safetensors")
        #expect(corrupt(tiny, count: 500, within: 2600) { _ = try SafetensorsFile(FileBytes($0)) } > 600)
    }

    @Test func identifiesShardedModelsByNameSizeAndDigest() throws {
        let model = try SafetensorsModel(folder: vector("tiny-qwen2"))
        var list = ""
        for index in 1...3 {
            let name = "model-0000\(index)-of-00003.safetensors"
            let bytes = try vectorBytes("tiny-qwen2/\(name)")
            list += "\(name) \(bytes.count) \(SHA256.hash(bytes).bytes.bareHex)\n"
        }
        #expect(model.baseModelRoot() == SHA256.hash(Array(list.utf8)))
        let single = try SafetensorsModel(folder: vector("tiny-llama"))
        #expect(single.baseModelRoot() == SHA256.hash(try vectorBytes("tiny-llama/model.safetensors")))
    }

    @Test func refusesIncompleteModels() throws {
        let model = try SafetensorsModel(folder: vector("tiny-qwen2"))
        var shards = model.shards
        shards["model-00002-of-00003.safetensors"] = nil
        #expect(throws: ModelFileError.self) { try SafetensorsModel(configuration: model.configuration, shards: shards) }
        shards = model.shards
        shards["copy.safetensors"] = shards["model-00001-of-00003.safetensors"]
        #expect(throws: ModelFileError.self) { try SafetensorsModel(configuration: model.configuration, shards: shards) }
        var wider = model.configuration
        wider.intermediateSize = 25
        #expect(throws: ModelFileError.wrongShape(tensor: "model.layers.0.mlp.gate_proj.weight", expected: [25, 16], actual: [24, 16])) {
            try SafetensorsModel(configuration: wider, shards: model.shards)
        }
        #expect(throws: ModelFileError.self) { try SafetensorsModel(folder: "/nonexistent") }
    }

    @Test func readsConfigurationsOfBothGenerations() throws {
        func configuration(_ extra: String) throws -> ModelConfiguration {
            let json = """
                {"model_type":"llama","vocab_size":10,"hidden_size":8,"intermediate_size":16,"num_hidden_layers":1,
                "num_attention_heads":2,"max_position_embeddings":64,"rms_norm_eps":1e-05\(extra)}
                """
            return try ModelConfiguration(huggingFace: FileBytes(Array(json.utf8)))
        }
        let plain = try configuration("")
        #expect(plain.keyValueHeadCount == 2)
        #expect(plain.headDimension == 4)
        #expect(plain.ropeTheta == 10_000)
        #expect(!plain.tieWordEmbeddings)
        let old = try configuration(#","rope_theta":500000.0,"rope_scaling":{"type":"linear","factor":4},"tie_word_embeddings":true"#)
        #expect(old.ropeTheta == 500_000)
        #expect(old.ropeScaling == .linear(factor: 4))
        #expect(old.tieWordEmbeddings)
        let new = try SafetensorsModel(folder: vector("tiny-llama")).configuration
        #expect(new.ropeTheta == 50_000)
        #expect(new.ropeScaling == .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 32))
        for bad in [
            #","hidden_act":"gelu""#, #","mlp_bias":true"#, #","attention_bias":true"#, #","num_key_value_heads":0"#,
            #","rope_scaling":{"rope_type":"yarn","factor":4}"#, #","rope_scaling":{"rope_type":"dynamic","factor":4}"#,
            #","rope_scaling":{"type":"linear","factor":0}"#,
            #","head_dim":3"#, #","head_dim":1152921504606846976"#, #","rope_theta":-1"#, #","vocab_size":1"#,
        ] {
            #expect(throws: ModelFileError.self, "\(bad)") { try configuration(bad) }
        }
    }
}
