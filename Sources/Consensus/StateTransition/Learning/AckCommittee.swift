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

    /// What votes of `slot` refer to: the block root at `slot − 1`. Fails for slot 0 and for slots out of reach.
    public func ackAnchorRoot(_ slot: Slot) throws(StateTransitionError) -> Root {
        try getBlockRootAtSlot(try slot -! 1)
    }

    /// Everything that judging a certificate of `slot` takes from the chain.
    public func ackContext(_ slot: Slot) throws(StateTransitionError) -> AckContext {
        let members = try ackCommittee(slot)
        var publicKeys: [BLSPubkey] = []
        for member in members { publicKeys.append(try validator(member).pubkey) }
        return AckContext(
            anchorRoot: try ackAnchorRoot(slot), members: members, publicKeys: publicKeys,
            quorumSetting: state.learning.aiQuorum, domain: getDomain(Constant.domainUpdateAck, computeEpochAtSlot(slot)),
            spec: spec)
    }
}
