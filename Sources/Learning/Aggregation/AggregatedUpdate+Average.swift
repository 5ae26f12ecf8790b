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

    /// Element by element the FP32 sum of value · weight in the order given, divided by the sum of the weights.
    /// Products are rounded before they are added. Equal weights leave the plain average, so that nothing depends on
    /// how many steps everybody claims alike; one input is returned as it is.
    static func weightedAverage(
        _ inputs: [AggregationInput], _ weights: [Float], _ layout: LoRALayout
    ) throws(AggregationError) -> LoRADelta {
        guard inputs.count > 1, let equal = weights.first, weights.contains(where: { $0 != equal }) else {
            return try average(inputs, layout)
        }
        var sum = [Float](repeating: 0, count: layout.valueCount)
        var total: Float = 0
        for (input, weight) in zip(inputs, weights) {
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
