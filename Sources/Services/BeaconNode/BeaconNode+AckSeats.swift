import AckQuorum
public import BeaconTypes
import ChainStore
import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode {
    /// How many members the ACK committee of `slot` has on the head's chain and how many votes its quorum needs; `nil` for
    /// slots out of the head state's reach.
    public func ackSeats(slot: Slot) -> AckSeats? {
        guard let members = try? head.state.ackCommittee(slot).count else { return nil }
        let quorum = AckQuorumRule.quorum(committeeSize: UInt64(members), setting: head.state.state.learning.aiQuorum)
        return AckSeats(members: members, quorum: Int(clamping: quorum))
    }

    /// The ACKs in a block's certificate.
    func votes(inBlock root: Root) -> Int {
        guard let bytes = try? store.block(root), let block = try? SignedBeaconBlock(deserializing: bytes, spec) else { return 0 }
        return block.message.body.ackCertificate.committeeBits.setCount
    }
}
