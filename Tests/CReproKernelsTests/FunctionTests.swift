import CReproKernels
import Foundation
import TestSupport
import Testing

/// Elementary functions against the platform's Float64 library.
@Suite struct FunctionTests {
    @Test func exponential() {
        var generator = SeededGenerator(seed: 1)
        let x = (0..<4000).map { _ in Float.random(in: -87...88, using: &generator) } + [0, -0.0, 1, -1, 1e-30]
        let y = apply(repro_exp, x)
        for (x, y) in zip(x, y) { #expect(ulps(y, exp(Double(x))) < 1.5, "exp(\(x))") }
    }

    @Test func exponentialAtTheEdges() {
        let x: [Float] = [.infinity, -.infinity, .nan, 1000, -1000, 88.7, -103, -100, .greatestFiniteMagnitude]
        let y = apply(repro_exp, x)
        #expect(y[0] == .infinity && y[1] == 0 && y[2].isNaN && y[3] == .infinity && y[4] == 0)
        #expect(y[5].isFinite && y[8] == .infinity)
        // Below the normal range: within one unit of the smallest number.
        #expect(abs(Double(y[6]) - exp(-103)) <= Double(Float.leastNonzeroMagnitude))
        #expect(abs(Double(y[7]) - exp(-100)) <= Double(Float.leastNonzeroMagnitude))
    }

    @Test func logarithm() {
        var generator = SeededGenerator(seed: 2)
        let x = generator.wild(4000, spread: 120).map(abs).filter { $0 > 0 && $0.isFinite } + [1, 2, 0.5, 0.7071068, 49152]
        let y = apply(repro_log, x)
        for (x, y) in zip(x, y) {
            #expect(abs(Double(y) - log(Double(x))) <= max(1.2e-7 * abs(log(Double(x))), 6e-9), "log(\(x))")
        }
        let special = apply(repro_log, [0, -1, .infinity, .nan])
        #expect(special[0] == -.infinity && special[1].isNaN && special[2] == .infinity && special[3].isNaN)
    }

    @Test func logistic() {
        var generator = SeededGenerator(seed: 3)
        let x = (0..<2000).map { _ in Float.random(in: -30...30, using: &generator) }
        for (x, y) in zip(x, apply(repro_sigmoid, x)) { #expect(ulps(y, 1 / (1 + exp(-Double(x)))) < 3) }
        let special = apply(repro_sigmoid, [.infinity, -.infinity, .nan, 0])
        #expect(special[0] == 1 && special[1] == 0 && special[2].isNaN && special[3] == 0.5)
    }

    @Test func float64() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<4000 {
            let x = Double.random(in: -30...30, using: &generator)
            #expect(abs(repro_exp64(x) / exp(x) - 1) < 4e-15)
            let positive = exp(x)
            #expect(abs(repro_log64(positive) - log(positive)) < 1e-15 * max(1, abs(x)))
            let angle = Double.random(in: 0...1_000_000, using: &generator)
            #expect(abs(repro_sin64(angle) - sin(angle)) < 1e-15)
            #expect(abs(repro_cos64(angle) - cos(angle)) < 1e-15)
        }
        #expect(repro_sin64(0) == 0 && repro_cos64(0) == 1 && repro_exp64(0) == 1 && repro_log64(1) == 0)
    }

    /// The software fused multiply-add is the instruction, bit for bit.
    @Test func fusedMultiplyAdd() {
        var generator = SeededGenerator(seed: 5)
        for spread in [3, 30, 126] {
            let count = 20_000
            let (a, b) = (generator.wild(count, spread: spread), generator.wild(count, spread: spread))
            // Half of the addends nearly cancel the product: there a sum rounded twice goes wrong.
            let c = zip(zip(a, b), generator.wild(count, spread: spread)).enumerated().map { index, pair in
                index % 2 == 0 ? pair.1 : -(pair.0.0 * pair.0.1) * (1 + Float(index % 7) * .ulpOfOne)
            }
            let expected = zip(zip(a, b), c).map { $1.addingProduct($0.0, $0.1) }
            for context in everyContext {
                var y = [Float](repeating: 0, count: count)
                repro_fma(context, Int64(count), a, b, c, &y)
                #expect(sameBits(y, expected), "instruction set \(context.isa)")
            }
        }
    }

    /// Applies the function with every instruction set and expects one answer.
    func apply(
        _ function: (repro_context, Int64, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void, _ x: [Float]
    ) -> [Float] {
        let results = everyContext.map { context in
            var y = [Float](repeating: 0, count: x.count)
            function(context, Int64(x.count), x, &y)
            return y
        }
        for result in results { #expect(sameBits(result, results[0])) }
        return results[0]
    }
}
