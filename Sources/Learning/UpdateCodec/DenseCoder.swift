import LoRA
import ModelFiles

/// `dense-fp16`: every value of the chosen modules in binary16.
enum DenseCoder {
    static func encode(_ values: [Float]) -> [String: UpdatePayload.Tensor] {
        // Beyond the largest finite binary16 a value saturates; the rest goes to the residual.
        let words = values.map { HalfPrecision.bits(min(max($0, -65_504), 65_504)) }
        return ["values": .init(type: .f16, shape: [values.count], bytes: Words16.bytes(words))]
    }

    static func decode(_ payload: UpdatePayload, count: Int) throws(UpdateFileError) -> [Float] {
        try payload.checkNames(["values"])
        let bytes = try payload.tensor("values", .f16, [count])
        var values: [Float] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            let value = HalfPrecision.float(Words16.word(bytes, index))
            guard value.isFinite else { throw .impossibleValue(tensor: "values", reason: "holds a NaN or infinite value") }
            values.append(value)
        }
        return values
    }
}
