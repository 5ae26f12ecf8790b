import LoRA
import ModelFiles
import Testing
import TinyModels

@testable import Transformer

/// Layers by themselves, against the whole model's pass: the bits are the same.
@Suite struct BlockPassTests {
    let context = ComputeContext(pool: ComputePool(threads: 2, niceness: 0))
    let sequences: [[Int32]] = [[1, 77, 500, 3, 12, 9, 4], [5, 6, 7, 8, 600, 10, 11], [2, 2, 2, 3, 3, 3, 1]]

    func load(_ name: String, _ part: ModelPart) throws -> (TransformerModel, TinyModel) {
        let tiny = try #require(TinyModel(named: name))
        return (try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context, part: part), tiny)
    }

    /// The states after the layers and the losses, by a machine with the ends and one with each layer.
    @Test(arguments: ["llama", "qwen2", "yarn-rope"]) func partsAreTheWhole(name: String) throws {
        let (whole, tiny) = try load(name, .whole)
        let ends = try ModelEnds(model: load(name, .ends).0, context: context)
        let machines = try (0..<2).map { BlockPass(model: try load(name, .blocks($0..<$0 + 1)).0, context: context) }
        let targets = sequences.flatMap { $0.dropFirst() + [17] }
        for hasAdapter in [false, true] {
            let adapter = hasAdapter ? try whole.prepare(tiny.adapter()) : nil
            let pass = ForwardPass(model: whole, adapter: adapter, context: context)
            let losses = try pass.losses(TokenBatch(sequences), targets: targets)
            let logits = try pass.logits(TokenBatch(sequences))
            var states = try ends.embed(sequences)
            #expect((states.batch, states.length, states.width) == (3, 7, 72))
            for (layer, machine) in machines.enumerated() {
                let own = hasAdapter ? try machine.model.prepare(tiny.adapter()) : nil
                states = try machine.forward(states, layers: layer..<layer + 1, adapter: own)
            }
            #expect(
                states == (try BlockPass(model: whole, context: context).forward(ends.embed(sequences), layers: 0..<2, adapter: adapter)))
            #expect(try ends.losses(states, targets: targets) == losses)
            #expect(try ends.logits(states) == [6, 13, 20].map { logits[$0] })
        }
    }

    /// Steps of any lengths, alone and beside others, and hypotheses that go on from one another.
    @Test func stepsAreThePass() throws {
        let (model, tiny) = try load("llama", .blocks(0..<2))
        let ends = try ModelEnds(model: load("llama", .ends).0, context: context)
        let adapter = try model.prepare(tiny.adapter())
        let pass = BlockPass(model: model, context: context)
        let states = try ends.embed(sequences)
        let expected = try pass.forward(states, layers: 0..<2, adapter: adapter)
        let cache = BlockCache(model: model, layers: 0..<2, batch: 3, capacity: 9)
        for tokens in [0..<4, 4..<5, 5..<7] {
            let output = try pass.advance(cache, by: states.tokens(tokens), adapter: adapter)
            #expect(output == expected.tokens(tokens))
        }
        #expect(cache.length == 7)
        try cache.reorder([2, 0, 0])
        let next = try ends.embed([[50], [51], [52]])
        let output = try pass.advance(cache, by: next, adapter: adapter)
        let continued = try pass.forward(
            ends.embed([sequences[2] + [50], sequences[0] + [51], sequences[0] + [52]]), layers: 0..<2, adapter: adapter)
        #expect(output == continued.tokens(7..<8))
    }

    /// Numbers that differ, of about the size of a residual stream's.
    static func states(_ batch: Int, _ length: Int, _ seed: Int = 1) throws -> HiddenStates {
        let values: [Float] = (0..<batch * length * 72).map { (index: Int) -> Float in
            let place: Int = (index * 37 + seed) % 101
            return Float(place - 50) / 50
        }
        return try HiddenStates(values, batch: batch, length: length, width: 72)
    }

    /// More rows than go through at once, and more tokens than a cache first has memory for.
    @Test func largeOnesAreCut() throws {
        let (model, _) = try load("llama", .blocks(1..<2))
        let pass = BlockPass(model: model, context: context)
        let states = try Self.states(5, 250)
        let expected = try pass.forward(states, layers: 1..<2)
        var alone: [Float] = []
        for sequence in 0..<5 {
            let part = Array(states.values[sequence * 250 * 72..<(sequence + 1) * 250 * 72])
            alone += try pass.forward(HiddenStates(part, batch: 1, length: 250, width: 72), layers: 1..<2).values
        }
        #expect(expected.values == alone)
        let cache = BlockCache(model: model, layers: 1..<2, batch: 5, capacity: 250)
        #expect(try pass.advance(cache, by: states.tokens(0..<249)) == expected.tokens(0..<249))
        #expect(try pass.advance(cache, by: states.tokens(249..<250)) == expected.tokens(249..<250))
    }

    @Test func promptsAreAddedBeforeEachLayer() throws {
        let (model, _) = try load("llama", .blocks(0..<2))
        let pass = BlockPass(model: model, context: context)
        func adding(_ prompt: HiddenStates, to states: HiddenStates) -> HiddenStates {
            var sum = states
            for sequence in 0..<2 {
                let (to, from) = (sequence * states.length * 72, sequence * prompt.length * 72)
                for index in 0..<prompt.length * 72 { sum.values[to + index] += prompt.values[from + index] }
            }
            return sum
        }
        let (input, first, second) = (try Self.states(2, 5), try Self.states(2, 2, 7), try Self.states(2, 2, 13))
        let prompts = try DeepPrompts([first, second])
        let middle = try pass.forward(adding(first, to: input), layers: 0..<1)
        let expected = try pass.forward(adding(second, to: middle), layers: 1..<2)
        #expect(try pass.forward(input, layers: 0..<2, prompts: prompts) == expected)
        let cache = BlockCache(model: model, layers: 0..<2, batch: 2, capacity: 5)
        #expect(try pass.advance(cache, by: input, prompts: prompts) == expected)
    }

    @Test func refusesWhatDoesNotFit() throws {
        let (model, _) = try load("llama", .blocks(1..<2))
        let pass = BlockPass(model: model, context: context)
        let states = try HiddenStates([Float](repeating: 1, count: 72), batch: 1, length: 1, width: 72)
        #expect(throws: TransformerError.notLoaded("layers 0 to 2")) { try pass.forward(states, layers: 0..<2) }
        #expect(throws: TransformerError.notLoaded("layers 1 to 1")) { try pass.forward(states, layers: 1..<1) }
        #expect(throws: TransformerError.notLoaded("the embedding")) { try ModelEnds(model: model, context: context) }
        #expect(throws: TransformerError.notLoaded("a part")) {
            try ForwardPass(model: model, adapter: nil, context: context).hidden(TokenBatch([[1] as [Int32]]))
        }
        #expect(throws: TransformerError.hiddenStates("2 numbers a token where the model has 72")) {
            try pass.forward(HiddenStates([1, 2], batch: 1, length: 1, width: 2), layers: 1..<2)
        }
        for (batch, length) in [(1, 257), (0, 4), (4, 0)] {
            let states = HiddenStates(batch: batch, length: length, width: 72)
            #expect(throws: TransformerError.sequenceLength(batch == 0 ? 0 : length, limit: 256)) {
                try pass.forward(states, layers: 1..<2)
            }
        }
        for values in [[], [.nan], [1, .infinity]] as [[Float]] {
            #expect(throws: TransformerError.self) { try HiddenStates(values, batch: 1, length: max(1, values.count), width: 1) }
        }
        #expect(throws: TransformerError.self) { try HiddenStates([], batch: .max, length: 2, width: 2) }
        let cache = BlockCache(model: model, layers: 1..<2, batch: 1, capacity: 1)
        _ = try pass.advance(cache, by: states)
        #expect(throws: TransformerError.sequenceLength(2, limit: 1)) { try pass.advance(cache, by: states) }
        #expect(throws: TransformerError.self) { try pass.advance(cache, by: HiddenStates(batch: 2, length: 1, width: 72)) }
        for sources in [[], [1], [-1], [0, 0]] { #expect(throws: TransformerError.self) { try cache.reorder(sources) } }
        let long = try DeepPrompts([HiddenStates(batch: 1, length: 2, width: 72)])
        #expect(throws: TransformerError.self) { try pass.forward(states, layers: 1..<2, prompts: long) }
        #expect(throws: TransformerError.self) { try pass.forward(states, layers: 1..<2, prompts: DeepPrompts([states, states])) }
        #expect(throws: TransformerError.self) { try DeepPrompts([states, HiddenStates(batch: 1, length: 2, width: 72)]) }
        let tiny = try #require(TinyModel(named: "llama"))
        #expect(throws: TransformerError.self) {
            try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context, part: .blocks(1..<3))
        }
        let ends = try ModelEnds(model: load("llama", .ends).0, context: context)
        #expect(throws: TransformerError.tokenOutOfRange(640, vocabulary: 640)) { try ends.embed([[640]]) }
        for sequences in [[], [[]], [[1], [1, 2]]] as [[[Int32]]] { #expect(throws: TransformerError.self) { try ends.embed(sequences) } }
        #expect(throws: TransformerError.self) { try ends.losses(states, targets: []) }
        #expect(throws: TransformerError.self) { try ends.logits(HiddenStates(batch: 1, length: 0, width: 72)) }
    }
}

extension HiddenStates {
    /// Some tokens of each sequence.
    func tokens(_ tokens: Range<Int>) -> HiddenStates {
        let values: [Float] = (0..<batch).flatMap { (sequence: Int) -> ArraySlice<Float> in
            let (first, end) = (sequence * length + tokens.lowerBound, sequence * length + tokens.upperBound)
            return self.values[first * width..<end * width]
        }
        return HiddenStates(unchecked: values, batch: batch, length: tokens.count, width: width)
    }
}
