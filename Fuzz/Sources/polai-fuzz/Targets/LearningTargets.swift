import FuzzDriver
import LoRA
@testable import ModelFiles
import PEFTFormat
import Primitives
@testable import Transformer
import UpdateCodec

extension FuzzTarget {
    static let gguf = FuzzTarget(
        "gguf", "GGUF files: metadata, tensors, models, tokenizers", maximumLength: 24_576,
        words: ["GGUF", "general.architecture", "llama", "tokenizer.ggml.tokens", "general.alignment", "rope.scaling.type", "yarn"]
    ) { vectors in
        let files = try ["tiny-llama.gguf", "tiny-qwen2.gguf", "encodings.gguf"].map { try vectors.bytes("ModelFiles", $0) }
        return Prepared(seeds: files + [Array(files[0].prefix(24))]) { bytes in
            let file = try GGUFFile(FileBytes(bytes))
            for tensor in file.tensors.values { _ = file.values(of: tensor) }
            if let tokenizer = try? Tokenizer(file) { _ = tokenizer.decode(tokenizer.encode("Hello 123 ⁂ world")) }
            _ = try? DeepseekV3GGUF(file)
            let model = try GGUFModel(file)
            for (name, shape) in model.configuration.tensorShapes {
                promise(try model.tensor(name).count == shape.reduce(1, *), "a tensor of another size than its shape")
                _ = model.encoded(name)
            }
            _ = RotaryTable(model.configuration, positions: 4)
            _ = LoRALayout(model: model.configuration)
        }
    }

    static let safetensors = FuzzTarget(
        "safetensors", "safetensors files", maximumLength: 24_576,
        words: Words.json + ["dtype", "F16", "BF16", "shape", "data_offsets", "__metadata__"]
    ) { vectors in
        let files = try ["tiny-llama/model.safetensors", "tiny-qwen2/model-00003-of-00003.safetensors"].map {
            try vectors.bytes("ModelFiles", $0)
        }
        let update = try vectors.bytes("UpdateCodec", "sign-1bit.safetensors")
        return Prepared(seeds: files + [update]) { bytes in
            let file = try SafetensorsFile(FileBytes(bytes))
            for tensor in file.tensors { _ = try? file.values(of: tensor) }
        }
    }

    /// The first byte chooses `config.json` of a plain model or of DeepSeek-V3, the shard index, or the end tokens.
    static let modelJSON = FuzzTarget(
        "model-json", "config.json and model.safetensors.index.json",
        words: Words.json + [
            "rope_scaling", "rope_parameters", "yarn", "llama3", "factor", "original_max_position_embeddings", "1e-300", "3e38",
        ]
    ) { vectors in
        let configurations = try ["tiny-llama/config.json", "tiny-qwen2/config.json"].map { try vectors.bytes("ModelFiles", $0) }
        let deepseek = """
            {"model_type":"deepseek_v3","vocab_size":200,"hidden_size":64,"intermediate_size":96,"num_hidden_layers":3,
            "first_k_dense_replace":1,"num_attention_heads":4,"q_lora_rank":32,"kv_lora_rank":24,"qk_nope_head_dim":16,
            "qk_rope_head_dim":8,"v_head_dim":12,"n_routed_experts":8,"n_group":4,"topk_group":2,"num_experts_per_tok":3,
            "n_shared_experts":2,"moe_intermediate_size":40,"routed_scaling_factor":2.5,"rms_norm_eps":1e-6,"rope_theta":10000,
            "norm_topk_prob":true,"max_position_embeddings":256,
            "rope_scaling":{"type":"yarn","factor":4,"original_max_position_embeddings":64,"mscale":1,"mscale_all_dim":0.8}}
            """
        let index = try vectors.bytes("ModelFiles", "tiny-qwen2/model.safetensors.index.json")
        let seeds = configurations.map { [0] + $0 } + [[1] + Array(deepseek.utf8), [2] + index] + configurations.map { [3] + $0 }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let kind = input.index(below: 4)
            let file = FileBytes(input.rest())
            switch kind {
            case 0:
                let configuration = try ModelConfiguration(huggingFace: file)
                if configuration.headDimension <= 256 { _ = RotaryTable(configuration, positions: 3) }
                if configuration.layerCount <= 64 { _ = LoRALayout(model: configuration).valueCount }
            case 1: _ = try DeepseekV3Configuration(huggingFace: file)
            case 2: _ = try CheckpointFiles.shardNames(index: file)
            default: _ = try SequenceTokens(huggingFace: file)
            }
        }
    }

    /// A file, then a text after the first zero byte.
    static let tokenizerJSON = FuzzTarget(
        "tokenizer-json", "tokenizer.json files", maximumLength: 4096,
        words: Words.json + [
            "model", "vocab", "merges", "added_tokens", "pre_tokenizer", "Sequence", "ByteLevel", "Split", "TemplateProcessing",
        ]
    ) { vectors in
        // The committed files are too large for a search; this one has every part in small.
        let small = #"""
            {"added_tokens":[{"id":6,"content":"<s>","special":true,"normalized":false},{"id":7,"content":"é","special":false}],
            "normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},
            {"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]},"post_processor":{"type":"TemplateProcessing",
            "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
            "special_tokens":{"<s>":{"id":"<s>","ids":[6],"tokens":["<s>"]}}},"decoder":{"type":"ByteLevel"},
            "model":{"type":"BPE","unk_token":"a","ignore_merges":false,"vocab":{"a":0,"b":1,"ab":2,"Ġ":3,"c":4,"abc":5},
            "merges":["a b",["ab","c"]]}}
            """#
        _ = vectors
        return Prepared(seeds: [Array(small.utf8) + [0] + Array("ab abc é <s> 12".utf8)]) { bytes in
            let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
            let tokenizer = try Tokenizer(huggingFace: FileBytes(parts.first ?? []))
            let text = String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self)
            let ids = tokenizer.encode(text)
            promise(ids.allSatisfy { $0 >= 0 && $0 < tokenizer.vocabularySize }, "a token outside the vocabulary")
            _ = tokenizer.decode(ids, skippingSpecialTokens: true)
        }
    }

    /// The first byte chooses one of the committed tokenizers, the rest is text, or token ids for the decoder.
    static let tokenize = FuzzTarget("tokenize", "arbitrary text and token ids through the committed tokenizers", maximumLength: 2048) {
        vectors in
        let names = ["deepseek", "llama3", "qwen2", "smollm"]
        let tokenizers = try names.map { try Tokenizer(huggingFace: FileBytes(vectors.bytes("ModelFiles", "\($0).tokenizer.json"))) }
        let texts = ["Hello, it's 1234 o'clock!\r\n\t  ☃️ e\u{301}", "가각힣 漢字かな 🇩🇪🇫🇷 'LL \u{17f}", "<|endoftext|><｜begin▁of▁sentence｜>"]
        let seeds = texts.flatMap { text in (0..<8).map { [UInt8($0)] + Array(text.utf8) } }
        return Prepared(seeds: seeds) { bytes in
            var input = FuzzInput(bytes)
            let choice = input.index(below: 8)
            let tokenizer = tokenizers[choice / 2]
            if choice % 2 == 1 {
                let rest = input.rest()
                let ids = stride(from: 0, to: rest.count - 3, by: 4).map { offset in
                    Int32(truncatingIfNeeded: (0..<4).reduce(0) { $0 << 8 | Int(rest[offset + $1]) })
                }
                _ = tokenizer.decode(ids)
                var stream = TokenStreamDecoder(tokenizer)
                for id in ids { _ = stream.append(id) }
                return
            }
            let text = String(decoding: input.rest(), as: UTF8.self)
            let ids = tokenizer.encode(text, addingSpecialTokens: false, parsingAddedTokens: false)
            let again = tokenizer.decode(ids)
            let expected = tokenizer.normalization.apply(text)
            promise(again.utf8.elementsEqual(expected.utf8), "text that changes by being tokenized")
            _ = tokenizer.encode(text)
        }
    }

    static let updateFile = FuzzTarget(
        "update-file", "update files of every codec", maximumLength: 16_384,
        words: Words.json + ["codec", "dense-fp16", "sign-1bit", "topk-2bit", "sign-rows", "modules", "scales", "code", "bits", "counts"]
    ) { vectors in
        let layout = LoRALayout(model: TinyShapes.updates)
        let files = try ["dense-fp16", "sign-1bit", "sign-rows", "topk-2bit"].map { try vectors.bytes("UpdateCodec", "\($0).safetensors") }
        return Prepared(seeds: files) { bytes in
            let file = try UpdateFile(bytes)
            promise(file.bytes == bytes, "an update file changes by being read")
            _ = file.signedMessage
            try? file.verify()
            let delta = try file.delta(layout: layout)
            promise(delta.isFinite && delta.values.count == layout.valueCount, "an update of NaN or another shape")
        }
    }

    /// Configuration and weights of a PEFT adapter, each with its length.
    static let adapter = FuzzTarget(
        "adapter", "PEFT adapters, brought onto the chain's matrices", maximumLength: 16_384,
        words: Words.json + ["peft_type", "LORA", "lora_alpha", "use_rslora", "rank_pattern", "\"r\""]
    ) { vectors in
        let layout = LoRALayout(model: TinyShapes.adapters)
        let configuration = try vectors.bytes("PEFTFormat", "adapter_config.json")
        let weights = try vectors.bytes("PEFTFormat", "adapter_model.safetensors")
        let root = SHA256.hash(try vectors.bytes("ModelFiles", "tiny-llama/model.safetensors"))
        return Prepared(seeds: [FuzzInput.part(configuration) + weights, FuzzInput.part([]) + weights]) { bytes in
            var input = FuzzInput(bytes)
            let configuration = input.part()
            let weights = FileBytes(input.rest())
            _ = try? AdapterFile(weights, configuration: configuration, layout: layout, baseModelRoot: root)
            let read = try PEFTImport(
                configuration: configuration.isEmpty ? nil : configuration, weights: weights, layout: layout, baseModelRoot: root)
            promise(read.delta.isFinite && (0...1).contains(read.captured), "an adapter of NaN")
        }
    }
}

/// The models for which the committed updates and adapters were made.
private enum TinyShapes {
    static let updates = ModelConfiguration(
        architecture: .llama, vocabularySize: 100, hiddenSize: 64, intermediateSize: 130, layerCount: 2, headCount: 4,
        keyValueHeadCount: 2, headDimension: 16, rmsNormEpsilon: 1e-5, ropeTheta: 10_000, tieWordEmbeddings: true,
        attentionBias: false, contextLength: 64)
    static let adapters = ModelConfiguration(
        architecture: .llama, vocabularySize: 48, hiddenSize: 16, intermediateSize: 24, layerCount: 2, headCount: 4,
        keyValueHeadCount: 2, headDimension: 4, rmsNormEpsilon: 1e-5, ropeTheta: 50_000, tieWordEmbeddings: false,
        attentionBias: false, contextLength: 128)
}
