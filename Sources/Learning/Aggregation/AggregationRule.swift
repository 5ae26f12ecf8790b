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

    public var selection: Selection
    /// Whether an update counts in proportion to its steps; otherwise all count alike.
    public var weightsBySteps: Bool

    public init(selection: Selection, weightsBySteps: Bool = false) {
        self.selection = selection
        self.weightsBySteps = weightsBySteps
    }

    /// The chain's rule: Multi-Krum, then the plain average of what it took.
    public static let chain = AggregationRule(selection: .multiKrum)
    public static let fedAvg = AggregationRule(selection: .all)
}
