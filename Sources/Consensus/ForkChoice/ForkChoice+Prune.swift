public import BeaconTypes
public import Primitives

extension ForkChoice {
    /// Drops every block that does not descend from the finalised one. The head does not change.
    ///
    /// Where a justified block does not descend from the finalised one, which takes a third of the stake breaking the
    /// rules, nothing is dropped: the head is or will be counted from it.
    ///
    /// - Returns: the roots dropped, so that their states can go too.
    @discardableResult
    public mutating func prune() -> [Root] {
        guard let finalized = array.position(of: finalizedCheckpoint.root),
            isDescendant(justifiedCheckpoint.root, of: finalizedCheckpoint.root),
            isDescendant(unrealizedJustifiedCheckpoint.root, of: finalizedCheckpoint.root)
        else { return [] }
        return keep(array.descends(from: finalized))
    }

    /// Drops a block and its descendants: their payload turned out to be invalid. The finalised block stays.
    ///
    /// - Returns: the roots dropped.
    @discardableResult
    public mutating func remove(_ root: Root) -> [Root] {
        guard let position = array.position(of: root), root != finalizedCheckpoint.root,
            !isDescendant(finalizedCheckpoint.root, of: root)
        else { return [] }
        let dropped = keep(array.descends(from: position).map { !$0 })
        if dropped.contains(proposerBoostRoot) { proposerBoostRoot = .zero }
        // What an invalid branch justified is not justified: fall back to the finalised checkpoint.
        if dropped.contains(justifiedCheckpoint.root), let found = balances[finalizedCheckpoint] ?? balances[justifiedCheckpoint] {
            balances[finalizedCheckpoint] = found
            justifiedCheckpoint = finalizedCheckpoint
        }
        if dropped.contains(unrealizedJustifiedCheckpoint.root) { unrealizedJustifiedCheckpoint = justifiedCheckpoint }
        if dropped.contains(unrealizedFinalizedCheckpoint.root) { unrealizedFinalizedCheckpoint = finalizedCheckpoint }
        return dropped
    }

    private mutating func keep(_ isKept: [Bool]) -> [Root] {
        guard isKept.contains(false) else { return [] }
        let dropped = zip(array.nodes, isKept).filter { !$0.1 }.map(\.0.root)
        let moved = array.filter(isKept)
        for index in latestMessages.indices {
            if let position = latestMessages[index]?.position, position >= 0 {
                latestMessages[index]?.position = moved[position]
            }
        }
        return dropped
    }
}
