import BeaconTypes
import GRPCCore
import Primitives
import StateTransition

/// One validator's work in an epoch: its seat in a committee, and the slots in which it proposes.
struct Assignment {
    var validator: ValidatorIndex
    var publicKey: BLSPubkey
    var committee: [ValidatorIndex]
    var committeeIndex: CommitteeIndex
    var slot: Slot
    var proposals: [Slot]

    /// The assignments of every validator that is active in an epoch, by validator.
    ///
    /// Proposers are those that the state can name: of its own epoch, and of no other.
    static func all(of epoch: Epoch, in state: CachedBeaconState, slots: Range<Slot>) throws(RPCError) -> [Assignment] {
        do {
            var proposals: [ValidatorIndex: [Slot]] = [:]
            if state.currentEpoch == epoch {
                // There is no proposer of the genesis slot.
                for slot in slots where slot > 0 { proposals[try state.getBeaconProposerIndex(slot: slot), default: []].append(slot) }
            }
            var found: [Assignment] = []
            for slot in slots {
                for index in 0..<state.getCommitteeCountPerSlot(epoch) {
                    let members = Array(try state.getBeaconCommittee(slot, index))
                    for member in members {
                        found.append(
                            Assignment(
                                validator: member, publicKey: try state.validator(member).pubkey, committee: members,
                                committeeIndex: index, slot: slot, proposals: proposals[member] ?? []))
                    }
                }
            }
            return found.sorted { $0.validator < $1.validator }
        } catch {
            throw .invalid("the committees of epoch \(epoch) cannot be told: \(error)")
        }
    }
}
