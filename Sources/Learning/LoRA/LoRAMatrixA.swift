public import Primitives

/// The frozen A matrices: drawn, never stored or sent, so that an adapter is its B matrices alone.
///
/// For a module of name `name` and input width `in`, bit for bit:
/// 1. `d = SHA-256(base_model_root ‖ UTF-8(name))`, read as eight little-endian 32-bit words d0…d7.
/// 2. Philox4x32-10 with key (d0, d1). Block i has the counter (i mod 2^32, i div 2^32, d2, d3).
/// 3. Element e of the row-major `[rank, in]` matrix takes word `w` = word e mod 4 of block e div 4.
/// 4. Its value is `((w div 256) − 2^23) · 2^-23 · bound` with `bound = 1 / √in`: the first factor is exact in
///    FP32, √, the division and the last product are each rounded once to FP32.
///
/// The distribution is PEFT's default, Kaiming-uniform with a = √5.
public enum LoRAMatrixA {
    /// A of `module`, row-major `[rank, inputSize]`.
    public static func draw(baseModelRoot: Hash32, module: LoRAModule, rank: Int) -> [Float] {
        draw(baseModelRoot: baseModelRoot, name: module.name, rows: rank, columns: module.inputSize)
    }

    package static func draw(baseModelRoot: Hash32, name: String, rows: Int, columns: Int) -> [Float] {
        let digest = SHA256.hash(baseModelRoot.bytes + Array(name.utf8))
        func word(_ index: Int) -> UInt32 { digest.littleEndian(at: 4 * index) }
        let generator = Philox(key: SIMD2(word(0), word(1)))
        let (tweak0, tweak1) = (word(2), word(3))
        let bound = 1 / Float(columns).squareRoot()
        let count = rows * columns
        return [Float](unsafeUninitializedCapacity: count) { output, initialized in
            for block in 0..<(count + 3) / 4 {
                let words = generator.block(
                    SIMD4(UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), tweak0, tweak1))
                for lane in 0..<min(4, count - 4 * block) {
                    let signed = Int32(words[lane] >> 8) - (1 << 23)
                    output[4 * block + lane] = Float(signed) * 0x1p-23 * bound
                }
            }
            initialized = count
        }
    }
}
