/// A change ΔB of every B matrix: what a trainer sends and an aggregation yields.
public struct LoRADelta: LoRAValues {
    public let layout: LoRALayout
    public let values: [Float]

    public init(layout: LoRALayout, values: [Float]) throws(LoRAError) {
        guard values.count == layout.valueCount else {
            throw .wrongCount(expected: layout.valueCount, actual: values.count)
        }
        self.layout = layout
        self.values = values
    }
}
