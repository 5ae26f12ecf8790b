public import BeaconTypes
import EngineTypes
public import Primitives
public import StateTransition

extension ProtoNode {
    /// A block and its post-state, with justification pulled up to the end of its epoch (phase0 fork-choice,
    /// `compute_pulled_up_tip`).
    public init(
        root: Root, block: BeaconBlock, postState: CachedBeaconState
    ) throws(StateTransitionError) {
        let unrealized = try postState.unrealizedCheckpoints()
        self.init(
            root: root, parentRoot: block.parentRoot, slot: block.slot, proposerIndex: block.proposerIndex,
            executionBlockHash: block.body.executionPayload.blockHash,
            justified: postState.state.currentJustifiedCheckpoint, finalized: postState.state.finalizedCheckpoint,
            unrealizedJustified: unrealized.justified, unrealizedFinalized: unrealized.finalized)
    }

    /// The anchor of a fork choice: a trusted block and its state, taken as justified and finalised
    /// (phase0 fork-choice, `get_forkchoice_store`).
    public init(anchorRoot: Root, parentRoot: Root, proposerIndex: ValidatorIndex, anchorState: CachedBeaconState) {
        let checkpoint = Checkpoint(epoch: anchorState.currentEpoch, root: anchorRoot)
        let state = anchorState.state
        self.init(
            root: anchorRoot, parentRoot: parentRoot, slot: state.slot, proposerIndex: proposerIndex,
            executionBlockHash: state.latestExecutionPayloadHeader.blockHash,
            justified: state.currentJustifiedCheckpoint, finalized: state.finalizedCheckpoint,
            unrealizedJustified: checkpoint, unrealizedFinalized: checkpoint)
    }
}
