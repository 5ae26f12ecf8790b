import LoRA
import Primitives
import Testing
import TinyModels
import Transformer

@testable import LoRATraining

/// The kernels' gradients against central differences of a Float64 model.
@Suite struct FiniteDifferenceTests {
    @Test(arguments: ["llama", "qwen2"]) func gradientsAreSlopes(name: String) throws {
        let tiny = try #require(TinyModel(named: name))
        let adapter = try tiny.adapter()
        let context = ComputeContext(pool: nil)
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        let windows: [[Int32]] = [[5, 600, 17, 33, 17, 410], [99, 3, 250, 4]]
        let round = TrainingRound(seed: .zero, steps: 1, data: TrainingData(tokens: []))
        let state = try TrainingState(model: model, parent: adapter)
        let pass = TrainingPass(model: model, state: state, context: context, round: round, dropout: 0)
        let loss = pass.accumulate(windows.map { $0[...] }, step: 0)
        var reference = try Float64Model(tiny, adapter: adapter)
        #expect(abs(Double(loss) - reference.loss(windows)) < 1e-5)
        for (number, module) in adapter.layout.modules.enumerated() {
            // The largest slope of a module stands for it, and one element picked by number.
            let gradient = state.gradient(of: module)
            func slope(_ element: Int) -> Double {
                2 * Double(gradient.pointer[element % 8 * gradient.stride + element / 8])
            }
            let largest = (0..<module.count).max { abs(slope($0)) < abs(slope($1)) } ?? 0
            for element in [largest, number * 37 % module.count] {
                let start = reference.matricesB[module.name]?[element] ?? 0, step = 1e-5
                reference.matricesB[module.name]?[element] = start + step
                let above = reference.loss(windows)
                reference.matricesB[module.name]?[element] = start - step
                let below = reference.loss(windows)
                reference.matricesB[module.name]?[element] = start
                let expected = (above - below) / (2 * step)
                #expect(
                    abs(slope(element) - expected) < 1e-4 * abs(slope(largest)), "\(module.name)[\(element)]")
            }
        }
    }
}
