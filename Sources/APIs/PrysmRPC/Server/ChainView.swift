import BeaconTypes
import GRPCCore
import Primitives
import ServiceInterfaces
import StateTransition

/// The chain as the services of this room ask for it: blocks and states that must be there, and epochs within reach.
struct ChainView: Sendable {
    let chain: any BeaconChainReader

    var spec: BeaconSpec { chain.spec }
    var slotsPerEpoch: UInt64 { spec.preset.slotsPerEpoch }
    var currentSlot: Slot { chain.clock.currentSlot ?? 0 }
    var currentEpoch: Epoch { currentSlot / slotsPerEpoch }

    func state(_ id: BlockID) async throws(RPCError) -> CachedBeaconState {
        guard let found = try await reading({ try await chain.state(id) }) else {
            throw .notFound("this node does not have the state at \(id)")
        }
        return CachedBeaconState(found.state, spec: spec)
    }

    /// The state at the first slot of an epoch, of the head's chain.
    func state(epoch: Epoch) async throws(RPCError) -> CachedBeaconState {
        try await state(.slot(try startSlot(epoch)))
    }

    /// The first slot of an epoch that is not in the future.
    func startSlot(_ epoch: Epoch) throws(RPCError) -> Slot {
        let (slot, overflow) = epoch.multipliedReportingOverflow(by: slotsPerEpoch)
        guard !overflow, epoch <= currentEpoch else {
            throw .invalid("epoch \(epoch) is in the future; it is epoch \(currentEpoch)")
        }
        return slot
    }

    /// The slots of an epoch that is not in the future.
    func slots(of epoch: Epoch) throws(RPCError) -> Range<Slot> {
        let start = try startSlot(epoch)
        return start..<start + slotsPerEpoch
    }

    /// The canonical blocks of an epoch, by slot.
    func blocks(of epoch: Epoch) async throws(RPCError) -> [ChainBlock] {
        var found: [ChainBlock] = []
        for slot in try slots(of: epoch) {
            if let block = try await reading({ try await chain.block(.slot(slot)) }) { found.append(block) }
        }
        return found
    }

    /// The slots of the epoch after one that is not in the future.
    func slots(after epoch: Epoch) -> Range<Slot> {
        let start = (epoch + 1) * slotsPerEpoch
        return start..<start + slotsPerEpoch
    }
}
