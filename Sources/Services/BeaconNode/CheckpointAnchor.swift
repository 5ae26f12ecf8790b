import BLS
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
    ///   - trusted: a checkpoint that the operator trusts, and which these must be; its epoch must have begun.
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
        if let trusted, trusted.epoch > currentEpoch {
            throw BeaconNodeError.checkpointRefused(
                "the trusted \(trusted.root):\(trusted.epoch) is of an epoch to come, by this node's clock it is epoch \(currentEpoch); "
                    + "check the number and the clock")
        }
        // Where an epoch's first slot is empty, its checkpoint's block is of an epoch before.
        if let trusted, trusted.root != root || trusted.epoch < checked.currentEpoch {
            throw BeaconNodeError.checkpointRefused(
                "it is \(root):\(checked.currentEpoch), not the trusted \(trusted.root):\(trusted.epoch); ask another node, or a later checkpoint"
            )
        }
        // No root holds the signature, and others are given it.
        guard block.message.slot == 0 || checked.isSigned(block, root: root) else {
            throw BeaconNodeError.checkpointRefused("its block is not signed by validator \(block.message.proposerIndex)")
        }
        guard try checked.isWithinWeakSubjectivityPeriod(currentEpoch: currentEpoch) else {
            throw BeaconNodeError.checkpointTooOld(checked.currentEpoch, now: currentEpoch)
        }
    }
}

extension CachedBeaconState {
    /// Whether the proposer that a block names signed it. The block need not be of this state's time: a registry only grows, and who
    /// has an index keeps it.
    func isSigned(_ signed: SignedBeaconBlock, root: Root) -> Bool {
        let block = signed.message
        guard block.proposerIndex < UInt64(state.validators.count), let key = try? validator(block.proposerIndex).pubkey else {
            return false
        }
        let domain = getDomain(Constant.domainBeaconProposer, block.slot / spec.preset.slotsPerEpoch)
        return BLS.verify(publicKey: key, message: computeSigningRoot(objectRoot: root, domain), signature: signed.signature)
    }
}
