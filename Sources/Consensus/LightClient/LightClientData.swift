public import BeaconTypes
import Primitives
import SSZ
import StateTransition

extension LightClientBootstrap {
    /// `create_light_client_bootstrap` (electra `light-client/full-node.md`).
    ///
    /// - Parameters:
    ///   - state: the state after `block`, at its slot.
    ///   - block: where the light client is to start.
    public init(_ state: BeaconState, _ block: BeaconBlock, _ spec: BeaconSpec) throws {
        try requireState(state, after: block, "the bootstrap's state", spec)
        let branch = try state.merkleBranch(generalizedIndex: Constant.currentSyncCommitteeGindexElectra, spec)
        self.init(
            header: try LightClientHeader(of: block, spec), currentSyncCommittee: state.currentSyncCommittee,
            currentSyncCommitteeBranch: SSZVector(branch.siblings))
    }
}

extension LightClientUpdate {
    /// `create_light_client_update` (electra `light-client/full-node.md`).
    ///
    /// - Parameters:
    ///   - signing: the block whose sync aggregate signs `attested`, its parent.
    ///   - attestedState: the state after `attested`, at its slot.
    ///   - finalized: the block of the attested state's finalised checkpoint, the genesis block while that is zero; `nil`
    ///     where the block is not held.
    public init(
        signing: BeaconBlock, attested: BeaconBlock, attestedState: BeaconState, finalized: BeaconBlock?, _ spec: BeaconSpec
    ) throws {
        let participants = signing.body.syncAggregate.syncCommitteeBits.setCount
        guard UInt64(participants) >= spec.preset.minSyncCommitteeParticipants else {
            throw LightClientError.tooFewParticipants(participants)
        }
        try requireState(attestedState, after: attested, "the attested state", spec)
        guard attested.hashTreeRoot(spec) == signing.parentRoot else {
            throw LightClientError.mismatch("the attested block of slot \(attested.slot) is not the signing block's parent")
        }
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
            if finalized.slot != Constant.genesisSlot {
                finalizedHeader = try LightClientHeader(of: finalized, spec)
                guard finalizedHeader.beacon.hashTreeRoot(spec) == attestedState.finalizedCheckpoint.root else {
                    throw LightClientError.mismatch("the block of slot \(finalized.slot) is not what the attested state finalises")
                }
            } else {
                guard attestedState.finalizedCheckpoint.root.isZero else {
                    throw LightClientError.mismatch("genesis stands for the zero checkpoint only")
                }
            }
            finalityBranch = SSZVector(
                try attestedState.merkleBranch(generalizedIndex: Constant.finalizedRootGindexElectra, spec).siblings)
        }
        syncAggregate = signing.body.syncAggregate
        signatureSlot = signing.slot
    }

    /// `create_light_client_finality_update` (altair `light-client/full-node.md`).
    public var finalityUpdate: LightClientFinalityUpdate {
        LightClientFinalityUpdate(
            attestedHeader: attestedHeader, finalizedHeader: finalizedHeader, finalityBranch: finalityBranch,
            syncAggregate: syncAggregate, signatureSlot: signatureSlot)
    }

    /// `create_light_client_optimistic_update` (altair `light-client/full-node.md`).
    public var optimisticUpdate: LightClientOptimisticUpdate {
        LightClientOptimisticUpdate(attestedHeader: attestedHeader, syncAggregate: syncAggregate, signatureSlot: signatureSlot)
    }
}

/// Checks that `state` is the one after `block`: its latest block header, completed by its root, is the block's.
private func requireState(_ state: BeaconState, after block: BeaconBlock, _ name: String, _ spec: BeaconSpec) throws {
    var header = state.latestBlockHeader
    guard state.slot == header.slot else { throw LightClientError.mismatch("\(name) is of slot \(state.slot), after its block") }
    header.stateRoot = state.hashTreeRoot(spec)
    guard header.hashTreeRoot(spec) == block.hashTreeRoot(spec) else {
        throw LightClientError.mismatch("\(name) is not the one after the block of slot \(block.slot)")
    }
}
