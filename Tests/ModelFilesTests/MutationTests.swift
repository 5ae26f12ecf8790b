import Foundation
import ModelFiles
import TestSupport
import Testing

/// Damages files at random, but the same way every time, and gives them to their parser: it must return or throw, never
/// trap or run on. A parser gets as many rounds as fit in a few seconds.
@Suite struct MutationTests {
    /// Numbers and words that parsers stumble over.
    static let pieces =
        [
            "1152921504606846976", "18446744073709551615", "-1", "1e999", "NaN", "null", "{}", "[]", "\"\"", "\\u0000", "\\ud800", "true",
            "0.5", "99999999999999999999999999",
        ].map { Array($0.utf8) } + [
            [UInt8](repeating: 0xff, count: 8), [UInt8](repeating: 0, count: 8), GGUFBuilder.little(UInt64(1) << 60),
            GGUFBuilder.little(UInt64(Int64.max)), GGUFBuilder.little(UInt32.max), [0xc3, 0x28],
        ]

    func mutate(_ bytes: inout [UInt8], within limit: Int, _ random: inout SeededGenerator) {
        let place = Int.random(in: 0..<min(limit, bytes.count), using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: place)
        case 3:
            let piece = Self.pieces.randomElement(using: &random) ?? []
            let end = min(bytes.count, place + piece.count)
            bytes.replaceSubrange(place..<end, with: piece.prefix(end - place))
        case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...16, using: &random)))
        case 5:
            let end = min(bytes.count, place + Int.random(in: 1...64, using: &random))
            bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        default:
            // A whole number replaced by another.
            guard let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
            let end = bytes[digit...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
            bytes.replaceSubrange(
                digit..<end, with: ["0", "1", "7", "4294967296", "1152921504606846976"].randomElement(using: &random)?.utf8 ?? "".utf8)
        }
        if bytes.isEmpty { bytes = [0] }
    }

    /// Rounds that were refused, of all.
    func fuzz(_ seed: UInt64, _ bytes: [UInt8], within limit: Int = .max, rounds: Int = 1500, _ parse: ([UInt8]) throws -> Void) -> (
        Int, Int
    ) {
        var random = SeededGenerator(seed: seed)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(4)
        var refused = 0
        for round in 0..<rounds {
            if clock.now > end { return (refused, round) }
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&damaged, within: limit, &random) }
            do { try parse(damaged) } catch { refused += 1 }
        }
        return (refused, rounds)
    }

    @Test func gguf() throws {
        let (refused, rounds) = fuzz(1, try vectorBytes("tiny-llama.gguf"), within: 2500) { bytes in
            let model = try GGUFModel(GGUFFile(FileBytes(bytes)))
            for (name, _) in model.configuration.tensorShapes.prefix(50) { _ = try model.tensor(name) }
        }
        #expect(refused > rounds / 3)
    }

    @Test func ggufTokenizer() throws {
        let (refused, rounds) = fuzz(2, Self.tokenizerFile, within: Self.tokenizerFile.count - 256) { bytes in
            let tokenizer = try Tokenizer(GGUFFile(FileBytes(bytes)))
            _ = tokenizer.decode(tokenizer.encode("abcabc <x> 12"))
        }
        #expect(refused > rounds / 3)
    }

    @Test func safetensors() throws {
        let (refused, rounds) = fuzz(3, try vectorBytes("tiny-llama/model.safetensors"), within: 2600) { bytes in
            let file = try SafetensorsFile(FileBytes(bytes))
            for tensor in file.tensors { _ = try file.values(of: tensor) }
        }
        #expect(refused > rounds / 2)
    }

    @Test func tokenizerJSON() throws {
        let (refused, rounds) = fuzz(4, try vectorBytes("smollm.tokenizer.json"), within: 1200, rounds: 300) { bytes in
            let tokenizer = try Tokenizer(huggingFace: FileBytes(bytes))
            _ = tokenizer.decode(tokenizer.encode("Hello 123 wörld <|im_end|>"))
        }
        #expect(refused > rounds / 2)
    }

    @Test(arguments: ["tiny-llama/config.json", "tiny-qwen2/config.json"]) func configuration(name: String) throws {
        let (refused, rounds) = fuzz(5, try vectorBytes(name)) { bytes in
            // What is accepted must be safe to compute with.
            let configuration = try ModelConfiguration(huggingFace: FileBytes(bytes))
            #expect(configuration.hiddenSize > 0 && configuration.headCount % configuration.keyValueHeadCount == 0)
        }
        #expect(refused > rounds / 4)
    }

    @Test func deepseekConfiguration() throws {
        let json = """
            {"model_type":"deepseek_v3","vocab_size":200,"hidden_size":64,"intermediate_size":96,"moe_intermediate_size":40,
            "num_hidden_layers":3,"num_attention_heads":4,"n_shared_experts":2,"n_routed_experts":8,"routed_scaling_factor":2.5,
            "kv_lora_rank":24,"q_lora_rank":32,"qk_rope_head_dim":8,"v_head_dim":12,"qk_nope_head_dim":16,"n_group":4,
            "topk_group":2,"num_experts_per_tok":3,"first_k_dense_replace":1,"max_position_embeddings":256,
            "rope_scaling":{"type":"yarn","factor":4,"original_max_position_embeddings":64,"mscale":1.0}}
            """
        _ = try DeepseekV3Configuration(huggingFace: FileBytes(Array(json.utf8)))
        let (refused, rounds) = fuzz(6, Array(json.utf8)) { bytes in
            let configuration = try DeepseekV3Configuration(huggingFace: FileBytes(bytes))
            #expect(configuration.expertCount % configuration.expertGroupCount == 0)
        }
        #expect(refused > rounds / 3)
    }

    @Test func index() throws {
        let scratch = TemporaryFolder()
        let folder = URL(filePath: scratch.path)
        try Data(vectorBytes("tiny-qwen2/config.json")).write(to: folder.appending(path: "config.json"))
        for part in 1...3 {
            let name = "model-0000\(part)-of-00003.safetensors"
            try FileManager.default.copyItem(atPath: vector("tiny-qwen2/\(name)"), toPath: folder.appending(path: name).path)
        }
        let list = folder.appending(path: "model.safetensors.index.json")
        let (refused, rounds) = fuzz(7, try vectorBytes("tiny-qwen2/model.safetensors.index.json"), rounds: 300) { bytes in
            try Data(bytes).write(to: list)
            _ = try SafetensorsModel(folder: folder.path)
        }
        #expect(refused > rounds / 3)
    }

    /// A GGUF file with a small byte-level BPE tokenizer.
    static let tokenizerFile: [UInt8] = tokenizerFile()

    static func tokenizerFile(merges: [String] = ["a b", "ab c", "abc abc"], extra: [String] = ["ab", "abc", "abcabc"]) -> [UInt8] {
        var builder = GGUFBuilder()
        // GPT-2's alphabet of printable stand-ins for the 256 bytes.
        let printable = Array(33...126) + Array(161...172) + Array(174...255)
        var alphabet = printable.compactMap { Unicode.Scalar(UInt32($0)) }
        alphabet += (0..<256 - alphabet.count).compactMap { Unicode.Scalar(UInt32(256 + $0)) }
        let tokens = alphabet.map { String(Character($0)) } + extra + ["<x>"]
        func strings(_ values: [String]) -> [UInt8] {
            GGUFBuilder.little(UInt32(8)) + GGUFBuilder.little(UInt64(values.count)) + values.flatMap(GGUFBuilder.string)
        }
        builder.entry("tokenizer.ggml.model", type: 8, GGUFBuilder.string("gpt2"))
        builder.entry("tokenizer.ggml.pre", type: 8, GGUFBuilder.string("smollm"))
        builder.entry("tokenizer.ggml.tokens", type: 9, strings(tokens))
        builder.entry("tokenizer.ggml.merges", type: 9, strings(merges))
        let types = tokens.map { $0 == "<x>" ? Int32(3) : 1 }
        builder.entry(
            "tokenizer.ggml.token_type", type: 9,
            GGUFBuilder.little(UInt32(5)) + GGUFBuilder.little(UInt64(types.count)) + types.flatMap(GGUFBuilder.little))
        return builder.bytes
    }
}

/// Merges and files that are whole, and wrong on purpose.
@Suite struct HostileModelTests {
    func tokenizer(_ merges: [String], _ extra: [String]) throws -> Tokenizer {
        try Tokenizer(GGUFFile(FileBytes(MutationTests.tokenizerFile(merges: merges, extra: extra))))
    }

    @Test func mergesThatRepeatEnd() throws {
        let plain = try tokenizer(["a b", "ab c"], ["ab", "abc"])
        #expect(plain.encode("abcab").count == 2)
        // The same pair again, and both ways round: every merge makes the text shorter, so all end.
        let twice = try tokenizer(["a b", "b a", "ab c", "a b", "ba b", "ab ab"], ["ab", "abc", "ba", "bab", "abab"])
        for text in ["ababababab", String(repeating: "ab", count: 5000), "cbacba"] { #expect(twice.decode(twice.encode(text)) == text) }
        // A merge whose result is no token, and one of tokens that do not exist.
        #expect(throws: ModelFileError.self) { try tokenizer(["a b", "ab c"], ["ab"]) }
        #expect(throws: ModelFileError.self) { try tokenizer(["xyz w"], ["ab"]) }
        #expect(throws: ModelFileError.self) { try tokenizer(["a  b"], ["ab"]) }
        #expect(throws: ModelFileError.self) { try tokenizer([""], ["ab"]) }
    }

    /// A shard cut short at every place of its header and at some of its data.
    @Test func refusesTruncatedShards() throws {
        let shard = try vectorBytes("tiny-qwen2/model-00002-of-00003.safetensors")
        for length in Array(0..<min(600, shard.count)) + [shard.count - 1] {
            #expect(throws: ModelFileError.self) { try SafetensorsFile(FileBytes(shard[..<length])) }
        }
    }

    @Test func refusesTypesThatAreNoWeights() throws {
        let model = try SafetensorsModel(folder: vector("tiny-llama"))
        for type in SafetensorsType.allCases where ![.f32, .f16, .bf16].contains(type) {
            var writer = SafetensorsWriter()
            for (name, shape) in model.configuration.tensorShapes {
                if name == "model.norm.weight" {
                    writer.add(name, type: type, shape: shape, bytes: [UInt8](repeating: 1, count: shape[0] * type.size))
                } else {
                    writer.add(name, shape: shape, values: try model.tensor(name))
                }
            }
            let wrong = try SafetensorsModel(
                configuration: model.configuration, shards: ["model.safetensors": SafetensorsFile(FileBytes(writer.serialized()))])
            #expect(wrong.encoded("model.norm.weight") == nil)
            #expect(throws: ModelFileError.unsupported("tensor model.norm.weight is of type \(type.rawValue)")) {
                try wrong.tensor("model.norm.weight")
            }
        }
    }
}
