import CReproKernels
import LoRA

/// How the next token is chosen from the logits.
public struct Sampling: Sendable, Equatable {
    /// Divides the logits; 0 takes the likeliest token.
    public var temperature: Float
    /// Only the likeliest tokens whose probabilities add up to this are drawn from.
    public var topP: Float
    public var seed: UInt64

    /// The likeliest token; the lowest of several.
    public static let greedy = Sampling(temperature: 0, topP: 1, seed: 0)

    public init(temperature: Float, topP: Float, seed: UInt64) {
        self.temperature = temperature
        self.topP = topP
        self.seed = seed
    }

    /// The token for the `index`-th draw: word 0 of the Philox block with the seed as key and counter
    /// (index, 0, 0, 0), as a fraction of 2^32, walks through the probabilities from the likeliest token down.
    func pick(_ logits: UnsafeBufferPointer<Float>, index: Int, context: ComputeContext) -> Int32 {
        var best = 0
        for token in logits.indices where logits[token] > logits[best] { best = token }
        guard temperature > 0, temperature.isFinite else { return Int32(best) }
        let scaled = logits.map { ($0 - logits[best]) / temperature }
        var weights = [Float](repeating: 0, count: scaled.count)
        repro_exp(context.kernels, Int64(scaled.count), scaled, &weights)
        let order = weights.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
        let total = order.reduce(0.0) { $0 + Double(weights[$1]) }
        var kept = 0.0
        var count = 0
        while count < order.count, count == 0 || kept < Double(topP) * total {
            kept += Double(weights[order[count]])
            count += 1
        }
        let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        let draw = Philox(key: key).block(SIMD4(UInt32(truncatingIfNeeded: index), 0, 0, 0)).x
        var left = Double(draw) / 0x1p32 * kept
        for token in order[..<count] {
            left -= Double(weights[token])
            if left < 0 { return Int32(token) }
        }
        return Int32(best)
    }

    /// The same from an array that is not empty.
    public func pick(_ logits: [Float], index: Int, context: ComputeContext) -> Int32 {
        logits.withUnsafeBufferPointer { pick($0, index: index, context: context) }
    }
}
