import LoRA

extension AggregatedUpdate {
    /// Element by element the FP32 sum in the order given, divided by the number; one input is returned as it is.
    static func average(_ inputs: [AggregationInput], _ layout: LoRALayout) throws(AggregationError) -> LoRADelta {
        guard let first = inputs.first else { throw .noUsableInput }
        guard inputs.count > 1 else { return first.delta }
        var sum = first.delta.values
        for input in inputs.dropFirst() {
            input.delta.values.withUnsafeBufferPointer { values in
                for index in sum.indices { sum[index] += values[index] }
            }
        }
        return try quotient(sum, Float(inputs.count), layout)
    }

    /// Element by element the FP32 sum of value · steps in the order given, divided by the sum of steps. Steps are
    /// rounded to FP32 before they are used, products before they are added.
    static func weightedAverage(
        _ inputs: [AggregationInput], _ layout: LoRALayout
    ) throws(AggregationError) -> LoRADelta {
        guard let first = inputs.first else { throw .noUsableInput }
        guard inputs.count > 1 else { return first.delta }
        var sum = [Float](repeating: 0, count: layout.valueCount)
        var total: Float = 0
        for input in inputs {
            let weight = Float(input.steps)
            total += weight
            input.delta.values.withUnsafeBufferPointer { values in
                for index in sum.indices {
                    let product = values[index] * weight
                    sum[index] += product
                }
            }
        }
        return try quotient(sum, total, layout)
    }

    private static func quotient(
        _ sum: [Float], _ divisor: Float, _ layout: LoRALayout
    ) throws(AggregationError) -> LoRADelta {
        var values = sum
        for index in values.indices { values[index] /= divisor }
        guard values.allSatisfy(\.isFinite), let delta = try? LoRADelta(layout: layout, values: values) else {
            throw .notFinite
        }
        return delta
    }
}
