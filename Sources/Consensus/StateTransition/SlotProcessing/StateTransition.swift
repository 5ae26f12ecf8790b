public import BeaconTypes
public import Primitives
import SSZ

extension CachedBeaconState {
    /// `state_transition` (phase0 beacon-chain, Beacon chain state transition function).
    ///
    /// After an error the state is somewhere in the middle: keep the copy from before.
    ///
    /// - Parameters:
    ///   - signedBlock: the block, later than the state.
    ///   - strategy: how its signatures are verified; `.trusted` for replays of blocks that once were.
    ///   - isPayloadValid: what the execution engine says of the payload.
    public mutating func stateTransition(
        _ signedBlock: SignedBeaconBlock, strategy: SignatureStrategy = .batch, isPayloadValid: Bool = true
    ) throws(StateTransitionError) {
        let block = signedBlock.message
        // Process slots (including those with no blocks) since block
        try processSlots(to: block.slot)
        try applyBlock(signedBlock, strategy: strategy, isPayloadValid: isPayloadValid)
    }

    /// `state_transition` without `process_slots`: for a state already at the block's slot.
    public mutating func applyBlock(
        _ signedBlock: SignedBeaconBlock, strategy: SignatureStrategy = .batch, isPayloadValid: Bool = true
    ) throws(StateTransitionError) {
        let block = signedBlock.message
        var signatures = SignatureCollector(strategy)
        // Verify signature
        let proposer = try validator(block.proposerIndex)
        let signingRoot = computeSigningRoot(objectRoot: block.hashTreeRoot(spec), getDomain(Constant.domainBeaconProposer))
        try signatures.check([proposer.pubkey], signingRoot, signedBlock.signature, .rule(.blockSignature))
        // Process block
        try processBlock(block, &signatures, isPayloadValid: isPayloadValid)
        try signatures.finish()
        // Verify state root
        let stateRoot = hashTreeRoot()
        try require(
            block.stateRoot == stateRoot, .stateRoot, "\(block.stateRoot.hex), computed \(stateRoot.hex)")
    }

    /// `compute_new_state_root` (phase0 validator, State root): the state root that a block under construction must
    /// carry. Signatures are taken on trust.
    public func computeNewStateRoot(_ block: BeaconBlock) throws(StateTransitionError) -> Root {
        var copy = self
        if copy.state.slot < block.slot { try copy.processSlots(to: block.slot) }
        var signatures = SignatureCollector(.trusted)
        try copy.processBlock(block, &signatures, isPayloadValid: true)
        return copy.hashTreeRoot()
    }
}
