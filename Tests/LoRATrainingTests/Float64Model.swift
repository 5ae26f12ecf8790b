import Foundation
import LoRA
import ModelFiles
import TinyModels

/// The decoder in plain Float64, one token after the other: slow, obvious, and independent of the kernels.
struct Float64Model {
    let configuration: ModelConfiguration
    private var weights: [String: [Double]] = [:]
    private var matricesA: [String: [Double]] = [:]
    /// B of every module, row-major `[out, rank]`.
    var matricesB: [String: [Double]] = [:]
    private let layout: LoRALayout

    init(_ tiny: TinyModel, adapter: LoRAAdapter) throws {
        configuration = tiny.configuration
        layout = adapter.layout
        let names = ["embed_tokens.weight", "norm.weight"].map { "model." + $0 } + ["lm_head.weight"]
        for name in names where tiny.shape(of: name) != nil { weights[name] = try tiny.tensor(name).map(Double.init) }
        for module in layout.modules {
            for suffix in [".weight", ".bias"] where tiny.shape(of: module.name + suffix) != nil {
                weights[module.name + suffix] = try tiny.tensor(module.name + suffix).map(Double.init)
            }
            matricesA[module.name] = LoRAMatrixA.draw(
                baseModelRoot: TinyModel.root, module: module, rank: layout.configuration.rank
            ).map(Double.init)
            matricesB[module.name] = adapter.matrix(module).map(Double.init)
        }
        for layer in 0..<configuration.layerCount {
            for norm in ["input_layernorm", "post_attention_layernorm"] {
                let name = "model.layers.\(layer).\(norm).weight"
                weights[name] = try tiny.tensor(name).map(Double.init)
            }
        }
    }

    /// The mean loss over all windows.
    func loss(_ windows: [[Int32]]) -> Double {
        let losses = windows.flatMap { self.losses($0) }
        return losses.reduce(0, +) / Double(losses.count)
    }

    private func losses(_ window: [Int32]) -> [Double] {
        let hidden = configuration.hiddenSize, heads = configuration.headCount, d = configuration.headDimension
        let group = heads / configuration.keyValueHeadCount
        let embedding = weights["model.embed_tokens.weight"] ?? []
        let head = weights["lm_head.weight"] ?? embedding
        var stream = window.dropLast().map { token in Array(embedding[Int(token) * hidden..<(Int(token) + 1) * hidden]) }
        for layer in 0..<configuration.layerCount {
            let prefix = "model.layers.\(layer)."
            var keys: [[Double]] = [], values: [[Double]] = []
            for position in stream.indices {
                let x = normalised(stream[position], prefix + "input_layernorm.weight")
                var q = projected(x, prefix + "self_attn.q_proj")
                var k = projected(x, prefix + "self_attn.k_proj")
                rotate(&q, position)
                rotate(&k, position)
                keys.append(k)
                values.append(projected(x, prefix + "self_attn.v_proj"))
                var attended = [Double](repeating: 0, count: heads * d)
                for h in 0..<heads {
                    let offset = h / group * d
                    let scores = keys.map { key in
                        (0..<d).reduce(0.0) { $0 + q[h * d + $1] * key[offset + $1] } / Double(d).squareRoot()
                    }
                    let top = scores.max() ?? 0
                    let total = scores.reduce(0) { $0 + exp($1 - top) }
                    for (score, value) in zip(scores, values) {
                        for i in 0..<d { attended[h * d + i] += exp(score - top) / total * value[offset + i] }
                    }
                }
                add(projected(attended, prefix + "self_attn.o_proj"), to: &stream[position])
                let y = normalised(stream[position], prefix + "post_attention_layernorm.weight")
                let gate = projected(y, prefix + "mlp.gate_proj"), up = projected(y, prefix + "mlp.up_proj")
                let inner = zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }
                add(projected(inner, prefix + "mlp.down_proj"), to: &stream[position])
            }
        }
        return stream.indices.map { position in
            let x = normalised(stream[position], "model.norm.weight")
            let logits = (0..<configuration.vocabularySize).map { token in
                (0..<hidden).reduce(0.0) { $0 + x[$1] * head[token * hidden + $1] }
            }
            let top = logits.max() ?? 0
            return top + log(logits.reduce(0) { $0 + exp($1 - top) }) - logits[Int(window[position + 1])]
        }
    }

    private func normalised(_ x: [Double], _ name: String) -> [Double] {
        let mean = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
        let scale = 1 / (mean + Double(configuration.rmsNormEpsilon)).squareRoot()
        return zip(x, weights[name] ?? []).map { $0 * scale * $1 }
    }

    private func projected(_ x: [Double], _ name: String) -> [Double] {
        let weight = weights[name + ".weight"] ?? [], rank = layout.configuration.rank
        let a = matricesA[name] ?? [], b = matricesB[name] ?? []
        let reduced = (0..<rank).map { r in x.indices.reduce(0.0) { $0 + a[r * x.count + $1] * x[$1] } }
        return (0..<weight.count / x.count).map { row in
            var sum = weights[name + ".bias"]?[row] ?? 0
            for column in x.indices { sum += weight[row * x.count + column] * x[column] }
            for r in 0..<rank { sum += Double(layout.configuration.scale) * b[row * rank + r] * reduced[r] }
            return sum
        }
    }

    private func rotate(_ x: inout [Double], _ position: Int) {
        let d = configuration.headDimension
        for start in stride(from: 0, to: x.count, by: d) {
            for i in 0..<d / 2 {
                let angle = Double(position) * pow(Double(configuration.ropeTheta), -Double(2 * i) / Double(d))
                let (low, high) = (x[start + i], x[start + i + d / 2])
                x[start + i] = low * cos(angle) - high * sin(angle)
                x[start + i + d / 2] = high * cos(angle) + low * sin(angle)
            }
        }
    }

    private func add(_ more: [Double], to x: inout [Double]) {
        for index in x.indices { x[index] += more[index] }
    }
}
