public import LoRA

/// One update out of several, and what became of each.
public struct AggregatedUpdate: Sendable {
    /// The change to propose.
    public let delta: LoRADelta
    /// For each input in its order, why it was left out, or `nil` when it was taken.
    public let rejections: [RejectionReason?]

    /// Whether each input was taken, in order.
    public var selected: [Bool] { rejections.map { $0 == nil } }

    /// Aggregates `inputs` for an adapter of `layout`.
    ///
    /// Ill-formed inputs, repetitions and copies are left out first; n counts the rest. With n ≥ 3, Krum's rules
    /// tolerate f = ⌊(n − 3)/2⌋ hostile inputs; with n < 3 everything is averaged, and a single input is the result
    /// itself. Every sum runs in FP32 in a fixed order (ascending ids, see `KrumScores` for distances), so that
    /// everybody gets the same bits.
    public init(
        _ inputs: [AggregationInput], layout: LoRALayout, rule: AggregationRule = .chain
    ) throws(AggregationError) {
        var rejections = [RejectionReason?](repeating: nil, count: inputs.count)
        let order = inputs.indices.sorted { (inputs[$0].id, $0) < (inputs[$1].id, $1) }
        var usable: [Int] = []
        for index in order {
            let input = inputs[index]
            if usable.contains(where: { inputs[$0].id == input.id }) {
                rejections[index] = .duplicate
            } else if input.delta.layout != layout {
                rejections[index] = .wrongLayout
            } else if !input.delta.isFinite {
                rejections[index] = .notFinite
            } else if rule.weighting != .equal, input.steps == 0 {
                rejections[index] = .noSteps
            } else if let original = usable.first(where: { Self.areEqual(inputs[$0].delta.values, input.delta.values) }) {
                rejections[index] = .copy(of: inputs[original].id)
            } else {
                usable.append(index)
            }
        }
        guard !usable.isEmpty else { throw .noUsableInput }
        if usable.count >= 3, rule.selection != .all {
            let scores = KrumScores(usable.map { inputs[$0].delta.values })
            let count = rule.selection == .krum ? 1 : scores.multiKrumCount
            // Ids ascend in `usable`, so the position breaks ties by id.
            let ranked = usable.indices.sorted { (scores.values[$0], $0) < (scores.values[$1], $1) }
            let limit = scores.values[ranked[count - 1]]
            for position in ranked[count...] {
                rejections[usable[position]] = .outlier(score: scores.values[position], limit: limit)
            }
            usable = ranked[..<count].sorted().map { usable[$0] }
        }
        self.rejections = rejections
        let taken = usable.map { inputs[$0] }
        delta = try Self.weightedAverage(taken, rule.weights(taken.map(\.steps)), layout)
    }

    /// Bitwise equality, which distinguishes signs of zero as the files' bytes do.
    private static func areEqual(_ left: [Float], _ right: [Float]) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { right in left.elementsEqual(right) } }
    }
}
