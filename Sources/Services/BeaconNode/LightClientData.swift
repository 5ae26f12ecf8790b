import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension LightClientHeader {
    /// `block_to_light_client_header` (capella … electra `light-client/full-node.md`).
    init(of block: BeaconBlock, _ spec: BeaconSpec) throws(SSZError) {
        let branch = try block.body.merkleBranch(generalizedIndex: Constant.executionPayloadGindex, spec)
        self.init(
            beacon: block.header(spec), execution: ExecutionPayloadHeader(block.body.executionPayload, spec),
            executionBranch: SSZVector(branch.siblings))
    }
}

extension BeaconBlock {
    /// The block with its body as a root.
    func header(_ spec: BeaconSpec) -> BeaconBlockHeader {
        BeaconBlockHeader(
            slot: slot, proposerIndex: proposerIndex, parentRoot: parentRoot, stateRoot: stateRoot, bodyRoot: body.hashTreeRoot(spec))
    }
}

extension LightClientBootstrap {
    /// `create_light_client_bootstrap` (altair `light-client/full-node.md`).
    ///
    /// - Parameter state: the state after `block`, at its slot.
    init(_ state: BeaconState, _ block: BeaconBlock, _ spec: BeaconSpec) throws(SSZError) {
        let branch = try state.merkleBranch(generalizedIndex: Constant.currentSyncCommitteeGindexElectra, spec)
        self.init(
            header: try LightClientHeader(of: block, spec), currentSyncCommittee: state.currentSyncCommittee,
            currentSyncCommitteeBranch: SSZVector(branch.siblings))
    }
}

extension LightClientUpdate {
    /// `create_light_client_update` (altair `light-client/full-node.md`).
    ///
    /// - Parameters:
    ///   - signing: the block whose sync aggregate signs `attested`, its parent.
    ///   - attestedState: the state after `attested`, at its slot.
    ///   - finalized: the block of the attested state's finalised checkpoint; `nil` when it is genesis or not known.
    init(
        signing: BeaconBlock, attested: BeaconBlock, attestedState: BeaconState, finalized: BeaconBlock?, _ spec: BeaconSpec
    ) throws(SSZError) {
        self.init(default: spec)
        attestedHeader = try LightClientHeader(of: attested, spec)
        // `next_sync_committee` is only useful if the message is signed by the current sync committee
        if spec.syncCommitteePeriod(at: attested.slot) == spec.syncCommitteePeriod(at: signing.slot) {
            nextSyncCommittee = attestedState.nextSyncCommittee
            nextSyncCommitteeBranch = SSZVector(
                try attestedState.merkleBranch(generalizedIndex: Constant.nextSyncCommitteeGindexElectra, spec).siblings)
        }
        // Indicate finality whenever possible
        if let finalized {
            if finalized.slot != Constant.genesisSlot { finalizedHeader = try LightClientHeader(of: finalized, spec) }
            finalityBranch = SSZVector(
                try attestedState.merkleBranch(generalizedIndex: Constant.finalizedRootGindexElectra, spec).siblings)
        }
        syncAggregate = signing.body.syncAggregate
        signatureSlot = signing.slot
    }

    /// Whether a finalised header is there with its proof.
    var hasFinality: Bool { finalityBranch.contains { !$0.isZero } }

    /// `create_light_client_finality_update` (altair `light-client/full-node.md`).
    var finalityUpdate: LightClientFinalityUpdate {
        LightClientFinalityUpdate(
            attestedHeader: attestedHeader, finalizedHeader: finalizedHeader, finalityBranch: finalityBranch,
            syncAggregate: syncAggregate, signatureSlot: signatureSlot)
    }

    /// `create_light_client_optimistic_update` (altair `light-client/full-node.md`).
    var optimisticUpdate: LightClientOptimisticUpdate {
        LightClientOptimisticUpdate(attestedHeader: attestedHeader, syncAggregate: syncAggregate, signatureSlot: signatureSlot)
    }
}

extension BeaconSpec {
    /// `compute_sync_committee_period_at_slot` (altair `light-client/sync-protocol.md`).
    func syncCommitteePeriod(at slot: Slot) -> UInt64 { slot / preset.slotsPerEpoch / preset.epochsPerSyncCommitteePeriod }
}
