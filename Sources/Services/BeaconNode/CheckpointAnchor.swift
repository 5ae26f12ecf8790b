public import BeaconTypes
public import Primitives
import SSZ
public import StateTransition

/// A finalised block and its state from somebody else, from which a node may start instead of from genesis.
///
/// Whoever gives it is trusted for one thing: that the block is finalised. Everything else is checked.
public struct CheckpointAnchor: Sendable {
    public let block: SignedBeaconBlock
    public let root: Root
    public let state: CachedBeaconState

    public var checkpoint: Checkpoint { Checkpoint(epoch: state.currentEpoch, root: root) }

    /// Takes block and state if they belong together, to the chain that begins with `genesis`, and if the state is young
    /// enough: `is_within_weak_subjectivity_period` (electra weak-subjectivity).
    ///
    /// - Parameters:
    ///   - trusted: a checkpoint that the operator trusts, and which these must be.
    ///   - currentEpoch: by this node's clock.
    public init(
        block: SignedBeaconBlock, state: BeaconState, genesis: CachedBeaconState, trusted: Checkpoint?, currentEpoch: Epoch
    ) throws {
        let spec = genesis.spec
        var checked = try CachedBeaconState(checking: state, spec: spec)
        guard state.genesisValidatorsRoot == genesis.state.genesisValidatorsRoot, state.genesisTime == genesis.state.genesisTime,
            state.fork == genesis.state.fork
        else {
            throw BeaconNodeError.checkpointRefused(
                "it is another chain's: genesis_validators_root \(state.genesisValidatorsRoot.shortHex), "
                    + "this chain's is \(genesis.state.genesisValidatorsRoot.shortHex)")
        }
        let stateRoot = checked.hashTreeRoot()
        guard block.message.stateRoot == stateRoot, block.message.slot == state.slot else {
            throw BeaconNodeError.checkpointRefused("its block of slot \(block.message.slot) and its state do not belong together")
        }
        root = block.message.hashTreeRoot(spec)
        self.block = block
        self.state = checked
        if let trusted, trusted != Checkpoint(epoch: checked.currentEpoch, root: root) {
            throw BeaconNodeError.checkpointRefused(
                "it is \(root):\(checked.currentEpoch), not the trusted \(trusted.root):\(trusted.epoch); ask another node, or a later checkpoint"
            )
        }
        guard try checked.isWithinWeakSubjectivityPeriod(currentEpoch: currentEpoch) else {
            throw BeaconNodeError.checkpointRefused(
                "it is of epoch \(checked.currentEpoch), too long ago in epoch \(currentEpoch): the weak subjectivity period is over; "
                    + "ask for a new checkpoint")
        }
    }
}
