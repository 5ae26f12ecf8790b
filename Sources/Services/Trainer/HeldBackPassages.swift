/// Passages that a trainer keeps from itself, to measure a loss on them.
public enum HeldBackPassages {
    /// Every k-th passage is held back, so that both parts look alike; k is 1 / `share`, rounded, and at least 2.
    public static func split<Passage>(_ passages: [Passage], share: Double) -> (training: [Passage], held: [Passage]) {
        guard share > 0, passages.count > 1 else { return (passages, []) }
        let step = Int(min(1e9, max(2, (1 / share).rounded())))
        var training: [Passage] = []
        var held: [Passage] = []
        for (index, passage) in passages.enumerated() {
            if index % step == step - 1 { held.append(passage) } else { training.append(passage) }
        }
        return (training, held)
    }
}
