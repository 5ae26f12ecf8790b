/// How updates are made one.
public struct AggregationRule: Sendable, Equatable {
    /// Which updates have a part.
    public enum Selection: Sendable, Equatable {
        /// All that are well formed.
        case all
        /// Krum: the one closest to the others.
        case krum
        /// Multi-Krum: the n − f − 2 closest to the others, at least one.
        case multiKrum
    }

    /// How much each of them counts.
    public enum Weighting: Sendable, Equatable {
        /// All alike.
        case equal
        /// In proportion to the steps it claims.
        case steps
        /// In proportion to its steps, but to no more than twice the lower median of the steps of those taken. A
        /// trainer's word is all there is for its steps, so a liar gains at most that factor.
        case cappedSteps
    }

    public var selection: Selection
    public var weighting: Weighting

    public init(selection: Selection, weighting: Weighting = .equal) {
        self.selection = selection
        self.weighting = weighting
    }

    /// The chain's rule: Multi-Krum, then the average of what it took, weighted by capped steps.
    public static let chain = AggregationRule(selection: .multiKrum, weighting: .cappedSteps)
    /// The plain average of everything.
    public static let fedAvg = AggregationRule(selection: .all)

    /// The weights of inputs that claim these steps, each at least 1, in FP32.
    func weights(_ steps: [UInt64]) -> [Float] {
        switch weighting {
        case .equal: return steps.map { _ in 1 }
        case .steps: return steps.map { Float($0) }
        case .cappedSteps:
            guard !steps.isEmpty else { return [] }
            let median = steps.sorted()[(steps.count - 1) / 2]
            let (twice, overflow) = median.multipliedReportingOverflow(by: 2)
            return steps.map { Float(min($0, overflow ? .max : twice)) }
        }
    }
}
