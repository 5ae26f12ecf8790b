public import BeaconTypes
public import Primitives
import SSZ

/// Which block reveals the randomness that draws a candidate's slice (docs/protocol.md#the-reveal-block): the first after the candidate's slot by
/// which two members besides the author have proposed.
///
/// Whoever makes the next block alone knows its RANDAO reveal before; so one other member is not enough where there are two.
public enum RevealRule {
    /// How many different members besides the author have to propose. In a committee of one the author itself: its slice proves
    /// nothing against it.
    public static func proposersNeeded(committeeSize: Int) -> Int { min(2, max(1, committeeSize - 1)) }

    /// The slot of the reveal block; `nil` while there is none, and where it is too long ago to tell.
    ///
    /// - Parameters:
    ///   - committeeSize: members of the candidate's slot.
    ///   - learning: the state after the last block.
    ///   - headSlot: the last block's slot.
    public static func slot(
        _ candidate: UpdateCandidate, committeeSize: Int, learning: LearningState, headSlot: Slot
    ) -> Slot? {
        slots(candidate, committeeSize: committeeSize, learning: learning, headSlot: headSlot)?.last
    }

    /// The slots of the blocks that count, the last of which is the reveal block; `nil` where there is none. What came after the first of
    /// them had begun may have been made for the slice: who makes the last of them knows its own reveal.
    public static func slots(
        _ candidate: UpdateCandidate, committeeSize: Int, learning: LearningState, headSlot: Slot
    ) -> [Slot]? {
        let ring = learning.recentProposers
        guard candidate.slot < headSlot, headSlot - candidate.slot <= Constant.recentProposers, !ring.isEmpty else { return nil }
        let needed = proposersNeeded(committeeSize: committeeSize)
        var (seen, slots): (Set<ValidatorIndex>, [Slot]) = ([], [])
        for slot in candidate.slot + 1...min(candidate.slot + Constant.maxRevealDistance, headSlot) {
            let proposer = ring[Int(slot % UInt64(ring.count))]
            if proposer == Constant.noProposer || committeeSize > 1 && proposer == candidate.author { continue }
            if seen.insert(proposer).inserted { slots.append(slot) }
            if seen.count == needed { return slots }
        }
        return nil
    }
}

extension AckContext {
    /// What draws the slice of an update that this slot's block reveals.
    public func sliceSeed(_ updateID: Bytes32) -> Bytes32 { SHA256.hash(revealMix, updateID) }
}
