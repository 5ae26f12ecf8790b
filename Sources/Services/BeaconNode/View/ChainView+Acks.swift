import AckQuorum
import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

extension ChainView {
    func ackCommittee(slot: Slot) throws -> AckCommittee {
        guard slot >= 1 else { throw BeaconNodeError.badRequest("there is no ACK committee before slot 1") }
        let epochState = try headState(at: slot / spec.preset.slotsPerEpoch)
        let state = epochState.state.slot < slot ? try archive.state(after: head.root, at: slot) : epochState
        // The head stands for a slot that has no block of its own yet.
        let context =
            slot < state.state.slot
            ? try state.ackContext(slot)
            : try state.ackContext(slot, anchorRoot: head.root, revealMix: state.ackRevealMix(slot))
        return AckCommittee(slot: slot, context: context, learning: state.state.learning)
    }

    /// How many members the ACK committee of `slot` has on the head's chain and how many votes its quorum needs; `nil` for
    /// slots out of the head state's reach.
    func ackSeats(slot: Slot) -> AckSeats? {
        guard let members = try? head.state.ackCommittee(slot).count else { return nil }
        let quorum = AckQuorumRule.quorum(committeeSize: UInt64(members), setting: head.state.state.learning.aiQuorum)
        return AckSeats(members: members, quorum: Int(clamping: quorum))
    }

    /// `3/5 quorum 3`: the ACKs in a head block, its slot's committee and the quorum that it needs.
    func acks(of head: ChainHead) -> String {
        let votes = (try? archive.block(head.root))?.message.body.ackCertificate.committeeBits.setCount ?? 0
        guard let seats = ackSeats(slot: head.slot) else { return "\(votes)" }
        return "\(votes)/\(seats.members) quorum \(seats.quorum)"
    }

    /// Throws the rule that the certificate breaks on the next block.
    func checkCertificate(_ certificate: AckCertificate) throws {
        guard !certificate.ack.updateId.isZero else { throw BeaconNodeError.certificateRefused("it certifies no update") }
        // The state is moved on to the certificate's slot, which must not be one that never comes.
        guard certificate.ack.slot <= currentSlot else {
            throw BeaconNodeError.certificateRefused("its slot \(certificate.ack.slot) is in the future; it is slot \(currentSlot)")
        }
        let state = try archive.state(after: head.root, at: max(head.slot, certificate.ack.slot) + 1)
        do {
            try state.checkIncludable(certificate)
        } catch {
            throw BeaconNodeError.certificateRefused("\(error)", rule: error.rule)
        }
    }
}
