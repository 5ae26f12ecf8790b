import TestSupport
import CReproKernels

/// Every instruction set this machine runs, on one thread and on a pool of two.
// The contexts hold a handle to a pool that guards itself, and nothing ever changes them.
nonisolated(unsafe) let everyContext: [repro_context] = {
    let sets = [REPRO_GENERIC, REPRO_AVX2, REPRO_AVX512].filter { repro_isa_available($0) }
    let pool = repro_pool_create(2, 0)
    return sets.flatMap { [repro_context(isa: $0, pool: nil), repro_context(isa: $0, pool: pool)] }
}()

extension SeededGenerator {
    /// Values in −1…1.
    mutating func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &self) } }
    /// Any bit pattern whose exponent is within `spread` of 1's, and now and then a special value.
    mutating func wild(_ count: Int, spread: Int = 40) -> [Float] {
        (0..<count).map { _ in
            let bits = UInt32(truncatingIfNeeded: next())
            switch bits % 64 {
            case 0: return 0
            case 1: return -0.0
            case 2: return Float(bitPattern: bits & 0x807f_ffff)
            case 3: return .infinity
            default:
                let exponent = UInt32(127 + Int.random(in: -spread...spread, using: &self))
                return Float(bitPattern: (bits & 0x807f_ffff) | exponent << 23)
            }
        }
    }
}

/// Whether two results agree bit for bit, any NaN standing for every other.
func sameBits(_ left: [Float], _ right: [Float]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { ($0.isNaN && $1.isNaN) || $0.bitPattern == $1.bitPattern }
}

/// Units in the last place between `value` and the exact `expected`.
func ulps(_ value: Float, _ expected: Double) -> Double {
    abs(Double(value) - expected) / Double(max(Float(abs(expected)).ulp, .leastNonzeroMagnitude))
}
