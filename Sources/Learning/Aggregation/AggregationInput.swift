public import LoRA
public import Primitives

/// One update to aggregate.
public struct AggregationInput: Sendable {
    /// The file's id; orders sums and breaks ties.
    public let id: Hash32
    public let delta: LoRADelta
    /// Optimizer steps it claims, for weighting by them.
    public let steps: UInt64

    public init(id: Hash32, delta: LoRADelta, steps: UInt64 = 1) {
        self.id = id
        self.delta = delta
        self.steps = steps
    }
}
