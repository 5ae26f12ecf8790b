import LoRA
import Testing
import TinyModels

@testable import LoRATraining
@testable import Transformer

/// The gradient of some layers' input, against slopes and against itself layer by layer.
@Suite struct BlockGradientTests {
    let context = ComputeContext(pool: nil)

    func states(_ batch: Int, _ length: Int, _ seed: Int) throws -> HiddenStates {
        let values: [Float] = (0..<batch * length * 72).map { (index: Int) -> Float in
            let place: Int = (index * 37 + seed * 53) % 101
            return Float(place - 50) / 50
        }
        return try HiddenStates(values, batch: batch, length: length, width: 72)
    }

    static func product(_ left: HiddenStates, _ right: HiddenStates) -> Double {
        zip(left.values, right.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    static func length(_ states: HiddenStates) -> Double { product(states, states).squareRoot() }

    /// Along a direction the product with the output's gradient grows as the input's gradient says, to what FP32 gives.
    @Test(arguments: ["llama", "qwen2"]) func gradientsAreSlopes(name: String) throws {
        let tiny = try #require(TinyModel(named: name))
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context, part: .blocks(0..<2))
        let (pass, gradient) = (BlockPass(model: model, context: context), BlockGradient(model: model, context: context))
        let (input, output) = (try states(2, 6, 1), try states(2, 6, 2))
        let prompts = try DeepPrompts([try states(2, 2, 3), try states(2, 2, 4)])
        for adapter in [nil, try model.prepare(tiny.adapter())] {
            let slopes = try gradient.run(input, outputGradient: output, layers: 0..<2, adapter: adapter, prompts: prompts)
            #expect(slopes.prompts.count == 2)
            func value(_ input: HiddenStates, _ prompts: DeepPrompts) throws -> Double {
                Self.product(try pass.forward(input, layers: 0..<2, adapter: adapter, prompts: prompts), output)
            }
            func moved(_ states: HiddenStates, _ direction: HiddenStates, _ step: Float) -> HiddenStates {
                var moved = states
                for index in moved.values.indices { moved.values[index] += step * direction.values[index] }
                return moved
            }
            let step: Float = 1e-2
            for seed in 5..<8 {
                let direction = try states(2, 6, seed)
                let up = try value(moved(input, direction, step), prompts), down = try value(moved(input, direction, -step), prompts)
                let slope: Double = (up - down) / Double(2 * step)
                let expected = Self.product(slopes.input, direction)
                let scale: Double = Self.length(slopes.input) * Self.length(direction)
                #expect(abs(slope - expected) < 1e-3 * scale)
                let turn = try states(2, 2, seed)
                let other = { (step: Float) in try DeepPrompts([prompts.layers[0], moved(prompts.layers[1], turn, step)]) }
                let promptUp = try value(input, other(step)), promptDown = try value(input, other(-step))
                let promptSlope: Double = (promptUp - promptDown) / Double(2 * step)
                let promptExpected = Self.product(slopes.prompts[1], turn)
                let promptScale: Double = Self.length(slopes.prompts[1]) * Self.length(turn)
                #expect(abs(promptSlope - promptExpected) < 1e-3 * promptScale)
            }
        }
    }

    /// Layer by layer, by machines that have one each, it is the same bits; so it is however the batch is cut.
    @Test func partsAreTheWhole() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        func machine(_ layers: Range<Int>) throws -> TransformerModel {
            try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context, part: .blocks(layers))
        }
        let (both, first, second) = (try machine(0..<2), try machine(0..<1), try machine(1..<2))
        let (input, output) = (try states(4, 200, 1), try states(4, 200, 2))
        func prepared(_ model: TransformerModel) throws -> PreparedAdapter { try model.prepare(tiny.adapter()) }
        let whole = try BlockGradient(model: both, context: context).run(
            input, outputGradient: output, layers: 0..<2, adapter: prepared(both))
        let middle = try BlockPass(model: first, context: context).forward(input, layers: 0..<1, adapter: prepared(first))
        let back = try BlockGradient(model: second, context: context).run(
            middle, outputGradient: output, layers: 1..<2, adapter: prepared(second))
        let end = try BlockGradient(model: first, context: context).run(
            input, outputGradient: back.input, layers: 0..<1, adapter: prepared(first))
        #expect(whole.input == end.input && whole.prompts.isEmpty)
        #expect(whole.input.values.contains { $0 != 0 } && whole.input != output)
        #expect(throws: TransformerError.self) {
            try BlockGradient(model: both, context: context).run(input, outputGradient: try states(4, 199, 2), layers: 0..<2)
        }
        #expect(throws: TransformerError.notLoaded("layers 0 to 2")) {
            try BlockGradient(model: first, context: context).run(input, outputGradient: output, layers: 0..<2)
        }
    }
}
