public import AckQuorum
public import BeaconTypes
public import Primitives
import SSZ

extension CachedBeaconState {
    /// The ACK committee of `slot`: its beacon committees, concatenated (docs/protocol.md#helpers).
    public func ackCommittee(_ slot: Slot) throws(StateTransitionError) -> [ValidatorIndex] {
        var members: [ValidatorIndex] = []
        for index in 0..<getCommitteeCountPerSlot(computeEpochAtSlot(slot)) {
            members.append(contentsOf: try getBeaconCommittee(slot, index))
        }
        return members
    }

    /// What votes of `slot` refer to: the block root at `slot`, which is before the state's. Fails for slot 0 and for slots out of reach.
    public func ackAnchorRoot(_ slot: Slot) throws(StateTransitionError) -> Root {
        try require(slot >= 1, .arithmetic, "there are no votes of slot 0")
        return try getBlockRootAtSlot(slot)
    }

    /// The RANDAO mix after the block of `slot`, which draws slices.
    public func ackRevealMix(_ slot: Slot) throws(StateTransitionError) -> Bytes32 { try getRandaoMix(computeEpochAtSlot(slot)) }

    /// Everything that judging a certificate of `slot`, which is before the state's, takes from the chain.
    public func ackContext(_ slot: Slot) throws(StateTransitionError) -> AckContext {
        try ackContext(slot, anchorRoot: ackAnchorRoot(slot), revealMix: ackRevealMix(slot))
    }

    /// The same where root and mix of the slot's block are known otherwise.
    public func ackContext(_ slot: Slot, anchorRoot: Root, revealMix: Bytes32) throws(StateTransitionError) -> AckContext {
        let members = try ackCommittee(slot)
        var publicKeys: [BLSPubkey] = []
        for member in members { publicKeys.append(try validator(member).pubkey) }
        return AckContext(
            anchorRoot: anchorRoot, revealMix: revealMix, members: members, publicKeys: publicKeys,
            quorumSetting: state.learning.aiQuorum, domain: getDomain(Constant.domainUpdateAck, computeEpochAtSlot(slot)),
            spec: spec)
    }
}
