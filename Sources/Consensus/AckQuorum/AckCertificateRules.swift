public import BeaconTypes
public import Primitives
import SSZ

/// The rules of an ACK certificate (docs/protocol.md#process_ack_certificate), except its signature. Each function answers the first
/// fault, or `nil`.
public enum AckCertificateRules {
    /// Faults of what the certificate states, judged without the chain: update id, verdict, window, candidate, gate, slice.
    ///
    /// - Parameters:
    ///   - updateID: what the block's extra_data claim; not zero.
    ///   - blockSlot: the slot of the block that holds the certificate.
    ///   - hasPools: whether the chain draws slices.
    public static func statementFault(
        _ certificate: AckCertificate, updateID: Bytes32, blockSlot: Slot, hasPools: Bool, spec: BeaconSpec
    ) -> AckFault? {
        let ack = certificate.ack
        let candidate = certificate.candidate
        if ack.updateId != updateID { return .updateID }
        if ack.verdict != UpdateAckVerdict.valid.rawValue { return .verdict }
        if ack.slot < 1 || ack.slot >= blockSlot || blockSlot - ack.slot > spec.ackWindowSlots { return .slotWindow }
        if candidate.slot < 1 || candidate.slot >= ack.slot || ack.slot - candidate.slot > Constant.maxRevealDistance { return .candidate }
        if candidate.author != ack.author { return .candidate }
        if candidate.selected.count != candidate.inputs.count { return .candidate }
        if updateID != candidate.updateID(spec) { return .candidate }
        if !LossGateRule.passes(lossBeforeBits: ack.lossBefore, lossAfterBits: ack.lossAfter) { return .lossGate }
        if !GuardRule.passes(ack, hasPools: hasPools) { return .guardSlice }
        return nil
    }

    /// Faults of the votes, judged with the chain's view of the ack's slot: anchor, seed, bits, author, quorum.
    public static func votesFault(_ certificate: AckCertificate, _ context: AckContext) -> AckFault? {
        let ack = certificate.ack
        let bits = certificate.committeeBits
        if ack.anchorRoot != context.anchorRoot { return .anchor }
        if ack.sliceSeed != context.sliceSeed(ack.updateId) { return .sliceSeed }
        if bits.count != context.members.count { return .bits }
        guard let seat = context.members.firstIndex(of: ack.author), bits[seat] else { return .author }
        if UInt64(countedVotes(bits)) < context.quorum { return .quorum }
        return nil
    }

    /// How many set bits count: all but the author's, which proves authorship; in a committee of one it counts.
    static func countedVotes(_ bits: Bitlist) -> Int { bits.count == 1 ? bits.setCount : bits.setCount - 1 }
}

extension UpdateCandidate {
    /// The updateID: `hash_tree_root(candidate)`, what is voted on and written into the block.
    public func updateID(_ spec: BeaconSpec) -> Bytes32 { hashTreeRoot(spec) }

    /// The inputs whose `selected` bit is set.
    public var selectedInputs: [CandidateInput] {
        var selectedInputs: [CandidateInput] = []
        for index in 0..<min(inputs.count, selected.count) where selected[index] { selectedInputs.append(inputs[index]) }
        return selectedInputs
    }
}
