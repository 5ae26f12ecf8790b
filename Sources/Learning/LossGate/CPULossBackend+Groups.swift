extension CPULossBackend {
    /// Tokens that one group aims at: enough to use each panel of weights well, few enough that activations stay
    /// near the processor.
    static let groupTokens = 480

    /// Consecutive texts in groups of about `groupTokens` tokens; the last groups are smaller, so that threads end
    /// together. The grouping has no influence on the results.
    static func group(_ counts: [Int], threads: Int) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var left = counts.reduce(0, +)
        var start = 0
        while start < counts.count {
            let goal = max(96, min(groupTokens, left / (3 * threads)))
            var end = start
            var tokens = 0
            while end < counts.count, tokens == 0 || tokens + counts[end] <= goal {
                tokens += counts[end]
                end += 1
            }
            groups.append(start..<end)
            left -= tokens
            start = end
        }
        return groups
    }
}
