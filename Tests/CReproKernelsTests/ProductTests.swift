import CReproKernels
import TestSupport
import Testing

/// Every element of a product is one chain of fused multiply-adds, whatever tile, thread or instruction set made it.
@Suite struct ProductTests {
    struct Case { let m, n, k, k2: Int; let bias, accumulate: Bool }

    static let cases: [Case] = {
        var generator = SeededGenerator(seed: 11)
        var cases = [
            Case(m: 1, n: 1, k: 1, k2: 0, bias: false, accumulate: false),
            Case(m: 97, n: 192, k: 64, k2: 8, bias: false, accumulate: false),
            // Deeper than one pass over k.
            Case(m: 7, n: 80, k: 2100, k2: 8, bias: true, accumulate: false),
            Case(m: 30, n: 16, k: 576, k2: 0, bias: false, accumulate: false),
        ]
        for _ in 0..<40 {
            cases.append(
                Case(
                    m: .random(in: 1...60, using: &generator), n: .random(in: 1...150, using: &generator),
                    k: .random(in: 1...70, using: &generator), k2: .random(in: 0...9, using: &generator),
                    bias: .random(using: &generator), accumulate: .random(using: &generator)))
        }
        return cases
    }()

    @Test(arguments: [false, true]) func elementsAreChains(wild: Bool) {
        var generator = SeededGenerator(seed: 12)
        for test in Self.cases {
            let (m, n, k, k2) = (test.m, test.n, test.k, test.k2)
            let a = wild ? generator.wild(m * k) : generator.values(m * k)
            let weights = wild ? generator.wild(n * k) : generator.values(n * k)
            let a2 = generator.values(m * max(k2, 1)), b2 = generator.values(k2 * ((n + 15) / 16 * 16) + 64)
            let bias = generator.values(n), start = generator.values(m * n)
            var expected = [Float](repeating: 0, count: m * n)
            for i in 0..<m {
                for j in 0..<n {
                    var sum = test.accumulate ? start[i * n + j] : test.bias ? bias[j] : 0
                    for kk in 0..<k { sum.addProduct(a[i * k + kk], weights[j * k + kk]) }
                    for kk in 0..<k2 { sum.addProduct(a2[i * k2 + kk], b2[kk * ((n + 15) / 16 * 16) + j]) }
                    expected[i * n + j] = sum
                }
            }
            for context in everyContext {
                var packed = [Float](repeating: .nan, count: Int(repro_packed_count(Int64(n), Int64(k))))
                repro_pack(context, weights, Int64(n), Int64(k), &packed)
                var c = start
                a.withUnsafeBufferPointer { a in
                    packed.withUnsafeBufferPointer { packed in
                        a2.withUnsafeBufferPointer { a2 in
                            b2.withUnsafeBufferPointer { b2 in
                                bias.withUnsafeBufferPointer { bias in
                                    c.withUnsafeMutableBufferPointer { c in
                                        var job = repro_gemm(
                                            m: Int64(m), n: Int64(n), k: Int64(k), a: a.baseAddress, a_row: Int64(k),
                                            a_k: 1, b: packed.baseAddress, b_panel: Int64(64 * k), b_k: 64,
                                            k2: Int64(k2), a2: a2.baseAddress, a2_row: Int64(k2),
                                            b2: b2.baseAddress, b2_panel: 64, b2_k: Int64((n + 15) / 16 * 16),
                                            bias: test.bias ? bias.baseAddress : nil, c: c.baseAddress,
                                            c_row: Int64(n), accumulate: test.accumulate,
                                            weights: repro_weights(), weights_row: 0)
                                        repro_gemm_run(context, &job, 1)
                                    }
                                }
                            }
                        }
                    }
                }
                #expect(sameBits(c, expected), "\(test) on \(context)")
            }
        }
    }

    @Test func packedRowsComeBack() {
        var generator = SeededGenerator(seed: 13)
        let (n, k) = (130, 37)
        let weights = generator.values(n * k)
        for context in everyContext {
            var packed = [Float](repeating: .nan, count: Int(repro_packed_count(Int64(n), Int64(k))))
            repro_pack(context, weights, Int64(n), Int64(k), &packed)
            for row in [0, 63, 64, 129] {
                var out = [Float](repeating: 0, count: k)
                repro_unpack_row(packed, Int64(k), Int64(row), &out)
                #expect(out == Array(weights[row * k..<(row + 1) * k]))
            }
        }
    }

    @Test(arguments: [(130, 37), (192, 128), (64, 64), (3, 100)]) func transposedPanels(n: Int, k: Int) {
        var generator = SeededGenerator(seed: 14)
        let weights = generator.values(n * k)
        for context in everyContext {
            var packed = [Float](repeating: .nan, count: Int(repro_packed_count(Int64(n), Int64(k))))
            repro_pack(context, weights, Int64(n), Int64(k), &packed)
            for first in stride(from: 0, to: n, by: 64) {
                let count = n - first
                var out = [Float](repeating: .nan, count: (k + 63) / 64 * 64 * count)
                repro_pack_transposed(context, packed, Int64(n), Int64(k), Int64(first), Int64(count), &out)
                for row in 0..<count {
                    for column in 0..<(k + 63) / 64 * 64 {
                        let value = out[(column / 64) * 64 * count + row * 64 + column % 64]
                        #expect(value == (column < k ? weights[(first + row) * k + column] : 0))
                    }
                }
            }
        }
    }

    /// A run with more callers than pools: each waits its turn and loses nothing.
    @Test func poolCountsEveryIndexOnce() {
        guard let pool = repro_pool_create(3, 0) else {
            Issue.record("no thread could be started")
            return
        }
        defer { repro_pool_destroy(pool) }
        #expect(repro_pool_threads(pool) == 3)
        for count in [0, 1, 2, 1000] {
            var seen = [UInt8](repeating: 0, count: count + 1)
            seen.withUnsafeMutableBytes { bytes in
                repro_pool_run(
                    pool, Int64(count),
                    { context, index, _ in context?.assumingMemoryBound(to: UInt8.self)[Int(index)] += 1 },
                    bytes.baseAddress)
            }
            #expect(seen == [UInt8](repeating: 1, count: count) + [0])
        }
        #expect(repro_pool_create(0, 0) == nil)
    }
}
