import ModelFiles
import Primitives
import Testing
import TinyModels

@testable import Transformer

/// DeepSeek-V3's own architecture against transformers, and its files.
@Suite struct DeepseekV3Tests {
    struct Case: Decodable {
        let name: String
        let text: [Int32]
        let losses: EncodedFloats
        /// After the first token, the 41st and the last.
        let logits: EncodedFloats
    }

    let cases: [Case]
    let context = ComputeContext(pool: nil)

    init() throws { cases = try decode([Case].self, from: "tiny-deepseek", in: .module) }

    @Test func agreesWithPyTorch() throws {
        #expect(cases.map(\.name) == ["latent-queries-yarn", "plain-queries"])
        for test in cases {
            let model = try DeepseekV3Model(weights: #require(TinyDeepseek(named: test.name)), context: context)
            let losses = try model.losses(test.text, context: context)
            #expect(losses.count == 89 && test.losses.values.count == 89)
            for (loss, expected) in zip(losses, test.losses.values) { #expect(abs(loss - expected) < 1e-4) }
            let logits = try model.logits(test.text, context: context)
            let sampled = logits[0] + logits[40] + logits[89]
            #expect(sampled.count == test.logits.values.count)
            for (logit, expected) in zip(sampled, test.logits.values) { #expect(abs(logit - expected) < 1e-4) }
        }
    }

    /// What it says is the likeliest token after the text so far, each time.
    @Test func speaks() throws {
        let tiny = try #require(TinyDeepseek(named: "latent-queries-yarn"))
        let decoder = try DecoderModel(.latent(tiny), baseModelRoot: .zero, context: context)
        guard case .latent(let model) = decoder else {
            Issue.record("another kind of decoder")
            return
        }
        var said: [Int32] = []
        try TokenGenerator(model: decoder, context: context).generate(prompt: [3, 1, 4], limit: 5) { token in
            said.append(token)
            return true
        }
        var text: [Int32] = [3, 1, 4]
        for token in said {
            let logits = try #require(try model.logits(text, context: context).last)
            #expect(logits.firstIndex(of: try #require(logits.max())) == Int(token))
            text.append(token)
        }
        #expect(said.count == 5)
        #expect(decoder.contextLength == 256 && decoder.vocabularySize == 200)
    }

    @Test func sameBitsEverywhere() throws {
        let test = cases[0]
        let tiny = try #require(TinyDeepseek(named: test.name))
        let model = try DeepseekV3Model(weights: tiny, context: context)
        let expected = try model.losses(test.text, context: context).map(\.bitPattern)
        for set in InstructionSet.allCases where set.isAvailable {
            for threads in [0, 2] {
                let context = ComputeContext(pool: ComputePool(threads: threads, niceness: 0), instructionSet: set)
                #expect(try model.losses(test.text, context: context).map(\.bitPattern) == expected)
            }
        }
    }

    /// The same model from both kinds of file.
    @Test(arguments: ["latent-queries-yarn", "plain-queries"]) func readsItsFiles(name: String) throws {
        var tiny = try #require(TinyDeepseek(named: name))
        if case .yarn(var yarn) = tiny.configuration.ropeScaling {
            // A GGUF file has one number for both, and R1's is this.
            (yarn.mscale, yarn.mscaleAllDimensions) = (1, 1)
            var configuration = tiny.configuration
            configuration.ropeScaling = .yarn(yarn)
            tiny = TinyDeepseek(configuration)
        }
        let text = cases[0].text
        let expected = try DeepseekV3Model(weights: tiny, context: context).losses(text, context: context).map(\.bitPattern)
        let gguf = try DeepseekV3GGUF(GGUFFile(FileBytes(Self.gguf(tiny))))
        #expect(gguf.configuration == tiny.configuration)
        #expect(try DeepseekV3Model(weights: gguf, context: context).losses(text, context: context).map(\.bitPattern) == expected)
        var writer = SafetensorsWriter()
        for (name, shape) in tiny.shapes { writer.add(name, shape: shape, values: try tiny.tensor(name)) }
        let configuration = try DeepseekV3Configuration(huggingFace: FileBytes(Array(Self.json(tiny.configuration).utf8)))
        #expect(configuration == tiny.configuration)
        let checkpoint = try DeepseekV3Checkpoint(
            configuration: configuration, shards: ["model.safetensors": SafetensorsFile(FileBytes(writer.serialized()))])
        #expect(try DeepseekV3Model(weights: checkpoint, context: context).losses(text, context: context).map(\.bitPattern) == expected)
    }

    /// A tensor is used, counted, or refused by name; a head that differs from the embedding is used whatever the settings say.
    @Test func accountsForEveryTensor() throws {
        let tiny = try #require(TinyDeepseek(named: "plain-queries"))
        func checkpoint(
            without gone: String? = nil, with more: [String] = [], head: String? = nil, isTied: Bool = false
        ) throws -> DeepseekV3Checkpoint {
            var writer = SafetensorsWriter()
            for (name, shape) in tiny.shapes where name != gone {
                writer.add(name, shape: shape, values: try tiny.tensor(name == "lm_head.weight" ? head ?? name : name))
            }
            for name in more { writer.add(name, shape: [1], values: [2]) }
            var configuration = tiny.configuration
            configuration.tieWordEmbeddings = isTied
            return try DeepseekV3Checkpoint(
                configuration: configuration, shards: ["model.safetensors": SafetensorsFile(FileBytes(writer.serialized()))])
        }
        #expect(try checkpoint().unusedTensors == [])
        let next = ["model.layers.3.eh_proj.weight", "model.layers.3.mlp.gate.bias"]
        #expect(try checkpoint(with: next).unusedTensors == next)
        for name in ["model.layers.1.mlp.gate.bias", "model.layers.0.self_attn.o_proj.weight_scale_inv"] {
            #expect(throws: ModelFileError.unusedTensor(name)) { try checkpoint(with: [name]) }
        }
        let lost = "model.layers.2.mlp.experts.7.up_proj.weight"
        #expect(throws: ModelFileError.missingTensor(lost)) { try checkpoint(without: lost) }
        #expect(try !checkpoint(isTied: true).configuration.tieWordEmbeddings)
        #expect(try checkpoint(head: "model.embed_tokens.weight", isTied: true).configuration.tieWordEmbeddings)
        #expect(try checkpoint(without: "model.embed_tokens.weight", isTied: true).shape(of: "model.embed_tokens.weight") == [200, 64])
        for (setting, name) in [
            (#""quantization_config":{"quant_method":"fp8"}"#, "fp8"), (#""topk_method":"greedy""#, "greedy"),
            (#""moe_layer_freq":2"#, "moe_layer_freq 2"),
        ] {
            let json = Self.json(tiny.configuration).replacing(#""model_type""#, with: "\(setting),\"model_type\"")
            #expect {
                try DeepseekV3Configuration(huggingFace: FileBytes(Array(json.utf8)))
            } throws: { "\($0)".contains(name) }
        }
    }

    static func json(_ c: DeepseekV3Configuration) -> String {
        var rope = ""
        if case .yarn(let yarn) = c.ropeScaling {
            rope = """
                ,"rope_scaling":{"type":"yarn","factor":\(yarn.factor),"original_max_position_embeddings":\(yarn.originalContextLength),
                "mscale":\(yarn.mscale),"mscale_all_dim":\(yarn.mscaleAllDimensions),"beta_fast":32,"beta_slow":1}
                """
        }
        return """
            {"model_type":"deepseek_v3","vocab_size":200,"hidden_size":64,"intermediate_size":96,"moe_intermediate_size":40,
            "num_hidden_layers":3,"num_attention_heads":4,"n_shared_experts":2,"n_routed_experts":8,"routed_scaling_factor":2.5,
            "kv_lora_rank":24,"q_lora_rank":\(c.queryRank.map { "\($0)" } ?? "null"),"qk_rope_head_dim":8,"v_head_dim":12,
            "qk_nope_head_dim":16,"n_group":4,"topk_group":2,"num_experts_per_tok":3,"first_k_dense_replace":1,
            "norm_topk_prob":true,"scoring_func":"sigmoid","max_position_embeddings":256,"rms_norm_eps":1e-06,
            "rope_theta":10000\(rope)}
            """
    }

    static func gguf(_ tiny: TinyDeepseek) throws -> [UInt8] {
        let c = tiny.configuration
        var writer = GGUFWriter()
        writer.add("general.architecture", "deepseek2")
        for (key, number) in [
            ("embedding_length", c.hiddenSize), ("feed_forward_length", c.intermediateSize), ("block_count", c.layerCount),
            ("leading_dense_block_count", c.denseLayerCount), ("attention.head_count", c.headCount),
            ("attention.kv_lora_rank", c.keyValueRank), ("rope.dimension_count", c.rotaryDimension),
            ("attention.key_length", c.queryDimension), ("attention.value_length", c.valueDimension),
            ("expert_count", c.expertCount), ("expert_group_count", c.expertGroupCount),
            ("expert_group_used_count", c.chosenGroupCount), ("expert_used_count", c.chosenExpertCount),
            ("expert_shared_count", c.sharedExpertCount), ("expert_feed_forward_length", c.expertSize),
            ("expert_gating_func", 2), ("context_length", c.contextLength),
        ] { writer.add("deepseek2.\(key)", UInt32(number)) }
        if let rank = c.queryRank { writer.add("deepseek2.attention.q_lora_rank", UInt32(rank)) }
        writer.add("deepseek2.expert_weights_scale", c.expertScale)
        writer.add("deepseek2.attention.layer_norm_rms_epsilon", c.rmsNormEpsilon)
        writer.add("deepseek2.rope.freq_base", c.ropeTheta)
        if case .yarn(let yarn) = c.ropeScaling {
            writer.add("deepseek2.rope.scaling.type", "yarn")
            writer.add("deepseek2.rope.scaling.factor", yarn.factor)
            writer.add("deepseek2.rope.scaling.original_context_length", UInt32(yarn.originalContextLength))
            writer.add("deepseek2.rope.scaling.yarn_log_multiplier", yarn.mscaleAllDimensions / 10)
        }
        let names = [
            ("model.embed_tokens.weight", "token_embd.weight"), ("model.norm.weight", "output_norm.weight"),
            ("lm_head.weight", "output.weight"),
        ]
        for (name, short) in names {
            writer.add(tensor: short, shape: try #require(tiny.shape(of: name)), values: try tiny.tensor(name))
        }
        let layerNames = [
            ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"), ("self_attn.q_proj", "attn_q"),
            ("self_attn.q_a_proj", "attn_q_a"), ("self_attn.q_a_layernorm", "attn_q_a_norm"), ("self_attn.q_b_proj", "attn_q_b"),
            ("self_attn.kv_a_proj_with_mqa", "attn_kv_a_mqa"), ("self_attn.kv_a_layernorm", "attn_kv_a_norm"),
            ("self_attn.kv_b_proj", "attn_kv_b"), ("self_attn.o_proj", "attn_output"), ("mlp.gate_proj", "ffn_gate"),
            ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"), ("mlp.gate", "ffn_gate_inp"),
            ("mlp.shared_experts.gate_proj", "ffn_gate_shexp"), ("mlp.shared_experts.up_proj", "ffn_up_shexp"),
            ("mlp.shared_experts.down_proj", "ffn_down_shexp"),
        ]
        for layer in 0..<c.layerCount {
            for (name, short) in layerNames {
                let full = "model.layers.\(layer).\(name).weight"
                guard let shape = tiny.shape(of: full) else { continue }
                writer.add(tensor: "blk.\(layer).\(short).weight", shape: shape, values: try tiny.tensor(full))
            }
            guard layer >= c.denseLayerCount else { continue }
            let bias = "model.layers.\(layer).mlp.gate.e_score_correction_bias"
            writer.add(tensor: "blk.\(layer).exp_probs_b.bias", shape: [c.expertCount], values: try tiny.tensor(bias))
            for (name, short) in [("gate_proj", "ffn_gate_exps"), ("up_proj", "ffn_up_exps"), ("down_proj", "ffn_down_exps")] {
                let experts = (0..<c.expertCount).map { "model.layers.\(layer).mlp.experts.\($0).\(name).weight" }
                let shape = try #require(tiny.shape(of: experts[0]))
                writer.add(
                    tensor: "blk.\(layer).\(short).weight", shape: [c.expertCount] + shape,
                    values: try experts.flatMap { try tiny.tensor($0) })
            }
        }
        return writer.serialized()
    }

    @Test func routesByGroups() throws {
        var configuration = try #require(TinyDeepseek(named: "plain-queries")).configuration
        configuration.expertScale = 1
        let router = ExpertRouter(configuration: configuration)
        let bias = FloatBuffer(count: 8)
        // Groups of two: sums 1.0, 0.9, 0.8, 0.7, so experts 4 to 7 are out however good one of them is.
        let scores: [Float] = [0.5, 0.5, 0.8, 0.1, 0.79, 0.01, 0.35, 0.35]
        let choice = router.choose(scores: scores, bias: bias.pointer)
        #expect(choice.map(\.expert) == [2, 0, 1])
        #expect(choice.map(\.weight) == [0.8, 0.5, 0.5].map { $0 / (Float(0.8) + 0.5 + 0.5 + 1e-20) })
        // The bias decides, but does not weigh.
        bias.pointer[6] = 0.5
        let biased = router.choose(scores: scores, bias: bias.pointer)
        #expect(biased.map(\.expert) == [6, 0, 1])
        #expect(biased[0].weight == 0.35 / (Float(0.35) + 0.5 + 0.5 + 1e-20))
    }

    @Test func refusesWhatDoesNotFit() throws {
        let tiny = try #require(TinyDeepseek(named: "plain-queries"))
        let model = try DeepseekV3Model(weights: tiny, context: context)
        #expect(throws: TransformerError.tokenOutOfRange(200, vocabulary: 200)) { try model.losses([1, 200], context: context) }
        #expect(throws: TransformerError.sequenceLength(1, limit: 256)) { try model.losses([1], context: context) }
        #expect(throws: TransformerError.sequenceLength(0, limit: 256)) { try model.logits([], context: context) }
        for change: (inout DeepseekV3Configuration) -> Void in [
            { $0.chosenGroupCount = 5 }, { $0.expertGroupCount = 3 }, { $0.expertGroupCount = 8 }, { $0.chosenExpertCount = 5 },
            { $0.rotaryDimension = 7 }, { $0.valueDimension = 40 }, { $0.denseLayerCount = 4 }, { $0.hiddenSize = 0 },
            { $0.headCount = -1 }, { $0.ropeTheta = .nan }, { $0.expertScale = .infinity }, { $0.queryRank = 0 },
        ] {
            var configuration = tiny.configuration
            change(&configuration)
            #expect(throws: TransformerError.self) { try DeepseekV3Model(weights: TinyDeepseek(configuration), context: context) }
        }
        for (old, new) in [("sigmoid", "softmax"), ("deepseek_v3", "deepseek_v2"), (#""n_group":4"#, #""n_group":null"#)] {
            let json = Self.json(tiny.configuration).replacing(old, with: new)
            #expect(throws: ModelFileError.self) { try DeepseekV3Configuration(huggingFace: FileBytes(Array(json.utf8))) }
        }
    }
}
