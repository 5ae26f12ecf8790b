extension ValidatorHistory {
    /// The highest slot of which a block was signed, or may have been.
    public var newestSlot: UInt64? {
        [blocks.last?.slot, bounds.slot].compactMap(\.self).max()
    }

    /// The highest target for which an attestation was signed, or may have been.
    public var newestTarget: UInt64? {
        [attestations.last?.targetEpoch, bounds.targetEpoch].compactMap(\.self).max()
    }

    /// Turns all but the newest `count` messages of each kind into bounds once there are twice as many, so that a
    /// history stays small however long a validator serves, and is rewritten seldom.
    public mutating func keepNewest(_ count: Int) {
        let count = max(count, 1)
        var (slot, target, ackSlot): (UInt64, UInt64, UInt64) = (0, 0, 0)
        if blocks.count >= 2 * count { slot = blocks[blocks.count - count].slot }
        if attestations.count >= 2 * count { target = attestations[attestations.count - count].targetEpoch }
        if acks.count >= 2 * count { ackSlot = acks.keys.map(\.slot).sorted()[acks.count - count] }
        guard slot > 0 || target > 0 || ackSlot > 0 else { return }
        prune(blocksBefore: slot, attestationsWithTargetBefore: target, acksBefore: ackSlot)
    }
}
