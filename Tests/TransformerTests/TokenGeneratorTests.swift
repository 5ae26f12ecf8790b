import LoRA
import ModelFiles
import Testing
import TinyModels

@testable import Transformer

@Suite struct TokenGeneratorTests {
    let tiny: TinyModel
    let model: TransformerModel
    let context = ComputeContext(pool: ComputePool(threads: 2, niceness: 0))
    let prompt: [Int32] = [1, 77, 500, 3, 12]

    init() throws {
        tiny = try #require(TinyModel(named: "qwen2"))
        model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: ComputeContext(pool: nil))
    }

    func generate(_ generator: TokenGenerator, _ limit: Int, _ sampling: Sampling = .greedy, stop: Set<Int32> = []) throws -> [Int32] {
        var tokens: [Int32] = []
        try generator.generate(prompt: prompt, limit: limit, sampling: sampling, stop: stop) {
            tokens.append($0)
            return true
        }
        return tokens
    }

    /// With kept keys and values every token is the one that a whole new pass over the text gives.
    @Test func keptKeysChangeNothing() throws {
        let adapter = try model.prepare(tiny.adapter())
        let tokens = try generate(TokenGenerator(model: model, adapter: adapter, context: context), 60)
        #expect(tokens.count == 60)
        let pass = ForwardPass(model: model, adapter: adapter, context: context)
        let logits = try pass.logits(TokenBatch([prompt + tokens.dropLast()])).suffix(60)
        for (token, row) in zip(tokens, logits) { #expect(row[Int(token)] == row.max()) }
    }

    @Test func samplesBySeed() throws {
        let generator = TokenGenerator(model: model, context: context)
        let warm = Sampling(temperature: 2, topP: 0.9, seed: 5)
        let first = try generate(generator, 30, warm)
        #expect(try generate(generator, 30, warm) == first)
        #expect(try generate(generator, 30, Sampling(temperature: 2, topP: 0.9, seed: 6)) != first)
        // So small a share leaves the likeliest token alone.
        #expect(try generate(generator, 30, Sampling(temperature: 2, topP: 1e-6, seed: 5)) == generate(generator, 30))
    }

    @Test func frequenciesFollowTheProbabilities() {
        let logits: [Float] = [0, 1, 2, -50]
        var counts = [0, 0, 0, 0]
        logits.withUnsafeBufferPointer { logits in
            for index in 0..<20_000 {
                counts[Int(Sampling(temperature: 1, topP: 1, seed: 9).pick(logits, index: index, context: context))] += 1
            }
        }
        for (count, share) in zip(counts, [0.0900, 0.2447, 0.6652, 0]) { #expect(abs(Double(count) / 20_000 - share) < 0.01) }
    }

    @Test func stops() throws {
        let generator = TokenGenerator(model: model, context: context)
        let tokens = try generate(generator, 20)
        let cut = try generate(generator, 20, stop: [tokens[4]])
        #expect(cut == Array(tokens[..<(tokens.firstIndex(of: tokens[4]) ?? 0)]))
        var seen = 0
        try generator.generate(prompt: prompt, limit: 20) { _ in
            seen += 1
            return seen < 3
        }
        #expect(seen == 3)
        #expect(try generate(generator, 0).isEmpty)
        #expect(throws: TransformerError.sequenceLength(265, limit: 256)) { try generate(generator, 260) }
        #expect(throws: TransformerError.sequenceLength(0, limit: 256)) {
            try generator.generate(prompt: [], limit: 1) { _ in true }
        }
    }
}
