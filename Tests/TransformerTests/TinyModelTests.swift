import Foundation
import LoRA
import ModelFiles
import Testing
import TinyModels

@testable import Transformer

/// Losses and logits of tiny random models against PyTorch with transformers and peft.
@Suite struct TinyModelTests {
    struct Case: Decodable {
        let name: String
        let texts: [[Int32]]
        let base: [EncodedFloats]
        let adapted: [EncodedFloats]
        let logits: EncodedFloats
    }

    let cases: [Case]

    init() throws { cases = try decode([Case].self, from: "tiny-models", in: .module) }

    @Test func agreesWithPyTorch() throws {
        #expect(cases.map(\.name) == ["llama", "qwen2", "llama3-rope", "linear-rope", "yarn-rope"])
        let context = ComputeContext(pool: nil)
        for test in cases {
            let tiny = try #require(TinyModel(named: test.name))
            let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
            let base = ForwardPass(model: model, adapter: nil, context: context)
            let adapted = ForwardPass(model: model, adapter: try model.prepare(tiny.adapter()), context: context)
            try compare(base, test.texts, test.base, test.name)
            try compare(adapted, test.texts, test.adapted, test.name + " with adapter")
            let logits = try base.logits(TokenBatch([test.texts[0].dropLast()]))
            #expect(logits.count == 5)
            for (value, expected) in zip(logits[4], test.logits.values) { #expect(abs(value - expected) < 1e-4) }
        }
    }

    /// All texts in one batch.
    func compare(_ pass: ForwardPass, _ texts: [[Int32]], _ expected: [EncodedFloats], _ name: String) throws {
        let losses = try pass.losses(TokenBatch(texts.map { $0.dropLast() }), targets: texts.flatMap { $0.dropFirst() })
        let reference = expected.flatMap(\.values)
        #expect(losses.count == reference.count)
        var worst: Float = 0
        for (loss, reference) in zip(losses, reference) { worst = max(worst, abs(loss - reference)) }
        #expect(worst < 1e-4, "\(name): off by \(worst)")
        #expect(reference.contains { $0 > 5 })
    }

    /// Instruction sets, threads and the company a text is in leave no trace.
    @Test func sameBitsEverywhere() throws {
        for test in cases {
            let tiny = try #require(TinyModel(named: test.name))
            var seen: [[UInt32]] = []
            for set in InstructionSet.allCases where set.isAvailable {
                for threads in 0...2 {
                    let context = ComputeContext(pool: ComputePool(threads: threads, niceness: 0), instructionSet: set)
                    #expect(context.threadCount == max(1, threads))
                    let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
                    let pass = ForwardPass(model: model, adapter: try model.prepare(tiny.adapter()), context: context)
                    let together = try pass.losses(
                        TokenBatch(test.texts.map { $0.dropLast() }), targets: test.texts.flatMap { $0.dropFirst() })
                    let alone = try test.texts.flatMap { text in
                        try pass.losses(TokenBatch([text.dropLast()]), targets: Array(text.dropFirst()))
                    }
                    #expect(together.map(\.bitPattern) == alone.map(\.bitPattern))
                    seen.append(together.map(\.bitPattern))
                }
            }
            for bits in seen { #expect(bits == seen[0], "\(test.name)") }
        }
    }

    @Test func refusesWhatDoesNotFit() throws {
        let context = ComputeContext(pool: nil)
        let tiny = try #require(TinyModel(named: "llama"))
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        let pass = ForwardPass(model: model, adapter: nil, context: context)
        #expect(throws: TransformerError.tokenOutOfRange(640, vocabulary: 640)) { try pass.hidden(TokenBatch([[1, 640]])) }
        #expect(throws: TransformerError.tokenOutOfRange(-1, vocabulary: 640)) { try pass.hidden(TokenBatch([[-1]])) }
        #expect(throws: TransformerError.tokenOutOfRange(999, vocabulary: 640)) {
            try pass.losses(TokenBatch([[1]]), targets: [999])
        }
        #expect(throws: TransformerError.sequenceLength(0, limit: 256)) { try pass.hidden(TokenBatch([[Int32]()])) }
        #expect(throws: TransformerError.sequenceLength(257, limit: 256)) {
            try pass.hidden(TokenBatch([[Int32](repeating: 1, count: 257)]))
        }
        let qwen = try #require(TinyModel(named: "qwen2"))
        var other = qwen.configuration
        other.layerCount = 3
        #expect(throws: TransformerError.adapterMismatch) { try model.prepare(TinyModel(other).adapter()) }
    }

    @Test func refusesUnusableModels() throws {
        let context = ComputeContext(pool: nil)
        let tiny = try #require(TinyModel(named: "llama"))
        func load(_ change: (inout ModelConfiguration) -> Void) throws {
            var configuration = tiny.configuration
            change(&configuration)
            _ = try TransformerModel(weights: Renamed(tiny, configuration), baseModelRoot: TinyModel.root, context: context)
        }
        #expect(throws: TransformerError.self) { try load { $0.headDimension = 0 } }
        #expect(throws: TransformerError.self) { try load { $0.headDimension = 11 } }
        #expect(throws: TransformerError.self) { try load { $0.keyValueHeadCount = 4 } }
        #expect(throws: TransformerError.self) { try load { $0.hiddenSize = -8 } }
        #expect(throws: TransformerError.self) { try load { $0.ropeTheta = .nan } }
        #expect(throws: TransformerError.model(.wrongShape(tensor: "model.embed_tokens.weight", expected: [641, 72], actual: [640, 72]))) {
            try load { $0.vocabularySize = 641 }
        }
        #expect(throws: TransformerError.model(.missingTensor("lm_head.weight"))) { try load { $0.tieWordEmbeddings = false } }
        #expect(throws: TransformerError.model(.missingTensor("model.layers.0.self_attn.q_proj.bias"))) {
            try load { $0.attentionBias = true }
        }
    }

    /// A model file whose configuration contradicts its tensors.
    struct Renamed: ModelWeights {
        let inner: TinyModel
        let configuration: ModelConfiguration
        init(_ inner: TinyModel, _ configuration: ModelConfiguration) {
            self.inner = inner
            self.configuration = configuration
        }
        func shape(of name: String) -> [Int]? { inner.shape(of: name) }
        func tensor(_ name: String) throws(ModelFileError) -> [Float] { try inner.tensor(name) }
    }
}
