import CReproKernels
import ModelFiles

/// Which experts a token passes, and with what weights.
///
/// A score is the sigmoid of the router's logit. The choice is made by score + bias: a group counts by the sum of its two
/// best experts, the best groups are kept, and of their experts the best are taken. The weights are the scores without the
/// bias. Ties go to the lower number.
struct ExpertRouter {
    let configuration: DeepseekV3Configuration

    struct Choice: Equatable {
        let expert: Int
        let weight: Float
    }

    /// The choice for one token from its `expertCount` scores, in the order in which the experts are taken.
    func choose(scores: [Float], bias: UnsafeMutablePointer<Float>) -> [Choice] {
        let c = configuration
        let ranked = scores.indices.map { scores[$0] + bias[$0] }
        let size = c.expertCount / c.expertGroupCount
        let groups = (0..<c.expertGroupCount).map { group in
            let best = best(2, of: Array(group * size..<(group + 1) * size)) { ranked[$0] }
            return ranked[best[0]] + ranked[best[1]]
        }
        let kept = best(c.chosenGroupCount, of: Array(groups.indices)) { groups[$0] }
        let candidates = kept.sorted().flatMap { $0 * size..<($0 + 1) * size }
        let chosen = best(c.chosenExpertCount, of: candidates) { ranked[$0] }
        var sum: Float = 0
        for expert in chosen { sum += scores[expert] }
        let divisor = c.normalizesExpertWeights ? sum + 1e-20 : 1
        return chosen.map { Choice(expert: $0, weight: scores[$0] / divisor * c.expertScale) }
    }

    private func best(_ count: Int, of items: [Int], by value: (Int) -> Float) -> [Int] {
        Array(items.sorted { value($0) != value($1) ? value($0) > value($1) : $0 < $1 }.prefix(count))
    }
}
