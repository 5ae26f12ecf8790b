public import BeaconTypes
import ChainStore
public import Primitives
public import ServiceInterfaces
import StateTransition

extension BeaconNode: BeaconChainReader {
    public func blockRoot(_ id: BlockID) throws -> Root? { try view.blockRoot(id) }
    public func block(_ id: BlockID) throws -> ChainBlock? { try view.block(id) }
    public func state(_ id: BlockID) throws -> ChainState? { try view.state(id) }

    /// A node that others are ahead of tells of its own head's time: what came after that it has not seen.
    public func absentStake() -> AbsentStake {
        let head = view.head
        let slot = syncStatus().isSyncing ? head.slot : max(head.slot, clock.currentSlot ?? 0)
        return attendance.current.report(head.state.state, at: slot / spec.preset.slotsPerEpoch, slotsPerEpoch: spec.preset.slotsPerEpoch)
    }

    public func syncStatus() -> BeaconSyncStatus {
        let view = view
        let now = clock.currentSlot ?? 0
        return BeaconSyncStatus(
            headSlot: view.head.slot, syncDistance: now > view.head.slot ? now - view.head.slot : 0,
            isSyncing: syncProgress.target.map { view.head.slot < $0 } ?? false,
            isOptimistic: view.isOptimistic(view.head.root), isExecutionOffline: book.current.isExecutionOffline,
            history: syncProgress.history(now: clock.currentTime))
    }
}

extension BeaconNode: BlockHistory {
    public func blocks(in slots: ClosedRange<Slot>) throws -> [BlockReference] {
        try view.archive.store.blockRoots(from: slots.lowerBound, through: slots.upperBound)
            .map { BlockReference(slot: $0.slot, root: $0.root) }
    }
}
