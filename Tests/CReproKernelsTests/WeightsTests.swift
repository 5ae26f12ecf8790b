import CReproKernels
import TestSupport
import Testing

/// Encoded weights: every way of reading them gives the values of their rows.
@Suite struct WeightsTests {
    static let encodings = [
        REPRO_F32, REPRO_F16, REPRO_BF16, REPRO_Q4_0, REPRO_Q4_1, REPRO_Q5_0, REPRO_Q5_1, REPRO_Q8_0, REPRO_Q4_K, REPRO_Q5_K,
        REPRO_Q6_K,
    ]

    /// Random bytes without the exponents that give NaN or infinity (a set second-highest bit of a scale's high byte).
    func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) & 0xBF }
    }

    @Test func rowsPanelsAndProductsAgree() {
        var generator = SeededGenerator(seed: 31)
        for encoding in Self.encodings {
            let columns = encoding.rawValue >= REPRO_Q4_K.rawValue ? 512 : encoding.rawValue >= REPRO_Q4_0.rawValue ? 352 : 301
            let n = 140, m = 29
            let data = bytes(n * Int(repro_row_bytes(encoding, Int64(columns))), &generator)
            let a = generator.values(m * columns)
            data.withUnsafeBufferPointer { data in
                for half in [0, 35] {
                    var weights = repro_weights(
                        data: data.baseAddress, encoding: encoding, rows: Int64(n), columns: Int64(columns), half: Int64(half))
                    var values = [Float](repeating: .nan, count: n * columns)
                    for row in 0..<n {
                        values.withUnsafeMutableBufferPointer {
                            repro_weights_row(everyContext[0], &weights, Int64(row), $0.baseAddress.map { $0 + row * columns })
                        }
                    }
                    for context in everyContext {
                        check(context, &weights, values, a, m)
                    }
                }
            }
        }
    }

    func check(_ context: repro_context, _ weights: inout repro_weights, _ values: [Float], _ a: [Float], _ m: Int) {
        let (n, k) = (Int(weights.rows), Int(weights.columns))
        var row = [Float](repeating: .nan, count: k)
        repro_weights_row(context, &weights, Int64(n - 1), &row)
        #expect(sameBits(row, Array(values.suffix(k))))
        let count = Int(repro_packed_count(weights.rows, weights.columns))
        var expected = [Float](repeating: .nan, count: count), packed = expected
        repro_pack(context, values, weights.rows, weights.columns, &expected)
        repro_pack_weights(context, &weights, &packed)
        #expect(sameBits(packed, expected))
        for first in [0, 64] {
            let part = n - first
            var left = [Float](repeating: .nan, count: (k + 63) / 64 * 64 * part), right = left
            repro_pack_transposed(context, expected, Int64(n), Int64(k), Int64(first), Int64(part), &left)
            repro_transpose_weights(context, &weights, Int64(first), Int64(part), &right)
            #expect(sameBits(left, right))
        }
        var dense = [Float](repeating: .nan, count: m * n), encoded = dense
        multiply(context, a, expected, nil, m, n, k, &dense)
        multiply(context, a, expected, weights, m, n, k, &encoded)
        #expect(sameBits(dense, encoded))
        #expect(repro_weights_finite(context, &weights) == values.allSatisfy(\.isFinite))
    }

    func multiply(
        _ context: repro_context, _ a: [Float], _ packed: [Float], _ weights: repro_weights?, _ m: Int, _ n: Int, _ k: Int,
        _ c: inout [Float]
    ) {
        a.withUnsafeBufferPointer { a in
            packed.withUnsafeBufferPointer { packed in
                c.withUnsafeMutableBufferPointer { c in
                    var job = repro_gemm()
                    (job.m, job.n, job.k) = (Int64(m), Int64(n), Int64(k))
                    (job.a, job.a_row, job.a_k) = (a.baseAddress, Int64(k), 1)
                    if let weights { job.weights = weights } else { job.b = packed.baseAddress }
                    (job.b_panel, job.b_k) = (Int64(64 * k), 64)
                    (job.a2, job.b2) = (a.baseAddress, a.baseAddress)
                    (job.c, job.c_row) = (c.baseAddress, Int64(n))
                    repro_gemm_run(context, &job, 1)
                }
            }
        }
    }

    @Test func findsWhatIsNotFinite() {
        var values = [Float](repeating: 1, count: 200_001)
        for context in everyContext {
            #expect(repro_finite(context, values, Int64(values.count)))
            for (place, value) in [(0, Float.nan), (200_000, .infinity), (70_000, -.infinity)] {
                values[place] = value
                #expect(!repro_finite(context, values, Int64(values.count)))
                values[place] = 1
            }
            #expect(repro_finite(context, values, 0))
        }
        #expect(repro_physical_memory() >= 1 << 28)
    }
}
