import LoRA
import ModelFiles

/// `sign-1bit`: each value is plus or minus the mean magnitude of its column of B, rounded to binary16.
enum SignCoder {
    /// The magnitude of each column of a row-major `[out, rank]` matrix.
    static func scales(_ matrix: ArraySlice<Float>, rank: Int) -> [UInt16] {
        var sums = [Double](repeating: 0, count: rank)
        for (index, value) in matrix.enumerated() { sums[index % rank] += Double(value.magnitude) }
        let rows = Double(matrix.count / rank)
        return sums.map { HalfPrecision.bits(min(Float($0 / rows), 65_504)) }
    }

    static func encode(_ matrices: [ArraySlice<Float>], rank: Int) -> [String: UpdatePayload.Tensor] {
        var scales: [UInt16] = []
        var signs: [UInt8] = []
        var byte: UInt8 = 0
        var count = 0
        for matrix in matrices {
            scales += Self.scales(matrix, rank: rank)
            for value in matrix {
                if value >= 0 { byte |= 1 << UInt8(count % 8) }
                count += 1
                if count % 8 == 0 {
                    signs.append(byte)
                    byte = 0
                }
            }
        }
        if count % 8 != 0 { signs.append(byte) }
        return [
            "scales": .init(type: .f16, shape: [matrices.count, rank], bytes: Words16.bytes(scales)),
            "signs": .init(type: .u8, shape: [signs.count], bytes: signs),
        ]
    }

    static func decode(_ payload: UpdatePayload, modules: [LoRAModule], rank: Int) throws(UpdateFileError) -> [Float] {
        try payload.checkNames(["scales", "signs"])
        let count = modules.reduce(0) { $0 + $1.count }
        let scales = try Words16.magnitudes(payload.tensor("scales", .f16, [modules.count, rank]), tensor: "scales")
        let signs = try payload.tensor("signs", .u8, [(count + 7) / 8])
        if count % 8 != 0, let last = signs.last, last >> UInt8(count % 8) != 0 {
            throw .badTensor(name: "signs", reason: "has bits after the last value")
        }
        return [Float](unsafeUninitializedCapacity: count) { output, initialized in
            var position = 0
            for (index, module) in modules.enumerated() {
                for offset in 0..<module.count {
                    let scale = scales[index * rank + offset % rank]
                    let isPositive = signs[position / 8] >> UInt8(position % 8) & 1 == 1
                    // Minus zero would be another bit pattern of the same change.
                    output.initializeElement(at: position, to: isPositive || scale == 0 ? scale : -scale)
                    position += 1
                }
            }
            initialized = position
        }
    }
}
