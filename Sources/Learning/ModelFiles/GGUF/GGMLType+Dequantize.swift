import Primitives

extension GGMLType {
    /// Converts whole blocks at `source` to FP32 values at `output`.
    ///
    /// Each value is computed by the operations of the format's reference implementation in its order, every one
    /// rounded to FP32 and none fused, so the result is the same on every machine.
    /// - Precondition: `source.count` is `blocks * blockSize` and `output` has room for `blocks * blockLength`.
    func dequantize(_ source: UnsafeRawBufferPointer, into output: UnsafeMutablePointer<Float>) {
        guard let start = source.baseAddress else { return }
        let blocks = source.count / blockSize
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        switch self {
        case .f32: UnsafeMutableRawPointer(output).copyMemory(from: start, byteCount: blocks * 4)
        case .f16:
            for index in 0..<blocks { output[index] = half(bytes + 2 * index) }
        case .bf16:
            for index in 0..<blocks {
                output[index] = HalfPrecision.float(
                    brain: (bytes + 2 * index).littleEndian(UInt16.self))
            }
        case .q4_0: forEachBlock(blocks, bytes, output, Self.dequantizeQ4_0)
        case .q4_1: forEachBlock(blocks, bytes, output, Self.dequantizeQ4_1)
        case .q5_0: forEachBlock(blocks, bytes, output, Self.dequantizeQ5_0)
        case .q5_1: forEachBlock(blocks, bytes, output, Self.dequantizeQ5_1)
        case .q8_0: forEachBlock(blocks, bytes, output, Self.dequantizeQ8_0)
        case .q4_K: forEachBlock(blocks, bytes, output, Self.dequantizeQ4_K)
        case .q5_K: forEachBlock(blocks, bytes, output, Self.dequantizeQ5_K)
        case .q6_K: forEachBlock(blocks, bytes, output, Self.dequantizeQ6_K)
        }
    }

    private typealias Bytes = UnsafePointer<UInt8>
    private typealias Values = UnsafeMutablePointer<Float>

    @inline(__always)
    private func forEachBlock(_ blocks: Int, _ bytes: Bytes, _ output: Values, _ body: (Bytes, Values) -> Void) {
        let (size, length) = (blockSize, blockLength)
        for block in 0..<blocks { body(bytes + block * size, output + block * length) }
    }

    @inline(__always)
    private static func dequantizeQ4_0(_ block: Bytes, _ output: Values) {
        let scale = half(block)
        for index in 0..<16 {
            let pair = block[2 + index]
            output[index] = scale * Float(Int32(pair & 15) - 8)
            output[index + 16] = scale * Float(Int32(pair >> 4) - 8)
        }
    }

    @inline(__always)
    private static func dequantizeQ4_1(_ block: Bytes, _ output: Values) {
        let (scale, minimum) = (half(block), half(block + 2))
        for index in 0..<16 {
            let pair = block[4 + index]
            output[index] = scale * Float(Int32(pair & 15)) + minimum
            output[index + 16] = scale * Float(Int32(pair >> 4)) + minimum
        }
    }

    @inline(__always)
    private static func dequantizeQ5_0(_ block: Bytes, _ output: Values) {
        let (scale, high) = (half(block), word(block + 2))
        for index in 0..<16 {
            let pair = block[6 + index]
            let first = Int32(pair & 15) | Int32(truncatingIfNeeded: high >> UInt32(index) & 1) << 4
            let second = Int32(pair >> 4) | Int32(truncatingIfNeeded: high >> UInt32(index + 16) & 1) << 4
            output[index] = scale * Float(first - 16)
            output[index + 16] = scale * Float(second - 16)
        }
    }

    @inline(__always)
    private static func dequantizeQ5_1(_ block: Bytes, _ output: Values) {
        let (scale, minimum, high) = (half(block), half(block + 2), word(block + 4))
        for index in 0..<16 {
            let pair = block[8 + index]
            let first = Int32(pair & 15) | Int32(truncatingIfNeeded: high >> UInt32(index) & 1) << 4
            let second = Int32(pair >> 4) | Int32(truncatingIfNeeded: high >> UInt32(index + 16) & 1) << 4
            output[index] = scale * Float(first) + minimum
            output[index + 16] = scale * Float(second) + minimum
        }
    }

    @inline(__always)
    private static func dequantizeQ8_0(_ block: Bytes, _ output: Values) {
        let scale = half(block)
        for index in 0..<32 { output[index] = Float(Int32(Int8(bitPattern: block[2 + index]))) * scale }
    }

    @inline(__always)
    private static func dequantizeQ4_K(_ block: Bytes, _ output: Values) {
        let (scale, minimum) = (half(block), half(block + 2))
        for part in 0..<8 {
            let (multiplier, offset) = scaleAndMinimum(block + 4, part)
            let (d, m) = (scale * multiplier, minimum * offset)
            let source = block + 16 + 32 * (part / 2)
            let shift = UInt8(part % 2 * 4)
            for index in 0..<32 {
                output[32 * part + index] = d * Float(Int32(source[index] >> shift & 15)) - m
            }
        }
    }

    @inline(__always)
    private static func dequantizeQ5_K(_ block: Bytes, _ output: Values) {
        let (scale, minimum) = (half(block), half(block + 2))
        for part in 0..<8 {
            let (multiplier, offset) = scaleAndMinimum(block + 4, part)
            let (d, m) = (scale * multiplier, minimum * offset)
            let high = block + 16
            let source = block + 48 + 32 * (part / 2)
            let shift = UInt8(part % 2 * 4)
            for index in 0..<32 {
                let value = source[index] >> shift & 15 | (high[index] >> UInt8(part) & 1) << 4
                output[32 * part + index] = d * Float(Int32(value)) - m
            }
        }
    }

    @inline(__always)
    private static func dequantizeQ6_K(_ block: Bytes, _ output: Values) {
        let scale = half(block + 208)
        for part in 0..<8 {
            // Two halves of 128 values; in each, four parts of 32 share 64 low bytes and 32 high bytes.
            let (group, quarter) = (part / 4, part % 4)
            let low = block + 64 * group + 32 * (quarter % 2)
            let high = block + 128 + 32 * group
            let scales = block + 192 + 8 * group + 2 * quarter
            let (lowShift, highShift) = (UInt8(quarter / 2 * 4), UInt8(quarter * 2))
            for index in 0..<32 {
                let d = scale * Float(Int32(Int8(bitPattern: scales[index / 16])))
                let value = Int32(low[index] >> lowShift & 15 | (high[index] >> highShift & 3) << 4) - 32
                output[32 * part + index] = d * Float(value)
            }
        }
    }

    /// The six-bit scale and minimum of one of the eight parts of a K block, packed in twelve bytes.
    @inline(__always)
    private static func scaleAndMinimum(_ packed: Bytes, _ part: Int) -> (Float, Float) {
        let (scale, minimum): (UInt8, UInt8)
        if part < 4 {
            (scale, minimum) = (packed[part] & 63, packed[part + 4] & 63)
        } else {
            scale = packed[part + 4] & 15 | (packed[part - 4] >> 6) << 4
            minimum = packed[part + 4] >> 4 | (packed[part] >> 6) << 4
        }
        return (Float(Int32(scale)), Float(Int32(minimum)))
    }
}

/// The little-endian binary16 value at `bytes`.
@inline(__always)
private func half(_ bytes: UnsafePointer<UInt8>) -> Float {
    HalfPrecision.float(bytes.littleEndian(UInt16.self))
}

/// The little-endian 32-bit word at `bytes`.
@inline(__always)
private func word(_ bytes: UnsafePointer<UInt8>) -> UInt32 {
    bytes.littleEndian(UInt32.self)
}
