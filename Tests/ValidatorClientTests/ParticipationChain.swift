import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces

/// A chain of one-slot epochs with its head in slot 9: validator 1 attested in epoch 8 and 0 in epoch 9; 2 attested in
/// epoch 5; 3 proposed slot 8.
struct ParticipationChain: BeaconChainReader {
    let spec = BeaconSpec.pol
    let clock = SlotClock(genesisTime: 0, slotDurationMilliseconds: 12_000) { 120 }
    let genesisValidatorsRoot = testChain

    func block(_ id: BlockID) -> ChainBlock? {
        guard id == .slot(8) else { return nil }
        var block = SignedBeaconBlock(default: spec)
        block.message.slot = 8
        block.message.proposerIndex = 3
        return ChainBlock(root: root(8), block: block, isCanonical: true, isFinalized: false)
    }

    func state(_ id: BlockID) -> ChainState? {
        var state = BeaconState(default: spec)
        switch id {
        case .head:
            state.slot = 9
            state.previousEpochParticipation = [0, 1, 0, 0]
            state.currentEpochParticipation = [2, 0, 0, 0]
        case .slot(6):
            state.slot = 6
            state.previousEpochParticipation = [0, 0, 7, 0]
        default: return nil
        }
        return ChainState(root: root(0), state: state, isFinalized: false)
    }

    func blockRoot(_ id: BlockID) -> Root? { nil }
    func syncStatus() -> BeaconSyncStatus {
        BeaconSyncStatus(headSlot: 9, syncDistance: 0, isSyncing: false, isOptimistic: false, isExecutionOffline: false)
    }
    func absentStake() -> AbsentStake {
        AbsentStake(absent: 0, active: 32, absentValidators: 0, activeValidators: 1, indices: [], since: nil)
    }
    func events() -> AsyncStream<BeaconEvent> { AsyncStream { $0.finish() } }
}
