import AckQuorum
public import BeaconTypes
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension FixtureNode: BeaconChainReader {
    public func blockRoot(_ id: BlockID) -> Root? {
        switch id {
        case .root(let root): blocks[root] == nil ? nil : root
        case .slot(let slot): canonical[slot]
        case .head: canonical[canonical.keys.max() ?? 0]
        case .genesis, .justified, .finalized, .confirmed: canonical[0]
        }
    }

    public func block(_ id: BlockID) -> ChainBlock? {
        guard let root = blockRoot(id), let block = blocks[root] else { return nil }
        return ChainBlock(root: root, block: block, isCanonical: true, isFinalized: false)
    }

    public func state(_ id: BlockID) throws -> ChainState? {
        switch id {
        case .slot(let slot):
            guard slot <= state.state.slot else { return nil }
            var found = chain.genesis
            if slot > 0 { try found.processSlots(to: slot) }
            return ChainState(root: .zero, state: found.state, isFinalized: false)
        case .genesis, .finalized, .justified, .confirmed: return ChainState(root: .zero, state: chain.genesis.state, isFinalized: true)
        case .head, .root: return ChainState(root: .zero, state: state.state, isFinalized: false)
        }
    }

    public func syncStatus() -> BeaconSyncStatus {
        BeaconSyncStatus(headSlot: state.state.slot, syncDistance: 0, isSyncing: false, isOptimistic: false, isExecutionOffline: false)
    }

    public func absentStake() -> AbsentStake {
        AbsentStake(absent: 0, active: 32, absentValidators: 0, activeValidators: 1, indices: [], since: nil)
    }

    public func events() -> AsyncStream<BeaconEvent> {
        subscriptionCount += 1
        return broadcast.subscribe()
    }
}

extension FixtureNode: BlockHistory {
    public func blocks(in slots: ClosedRange<Slot>) -> [BlockReference] {
        self.blocks.map { BlockReference(slot: $0.value.message.slot, root: $0.key) }.filter { slots.contains($0.slot) }
            .sorted { ($0.slot, $0.root.hex) < ($1.slot, $1.root.hex) }
    }
}

extension FixtureNode: AckCommittees, AttestationDuties, ValidatorLookup {
    public func ackCommittee(slot: Slot) throws -> AckCommittee {
        guard !isOptimistic else { throw OptimisticHead() }
        // The last block stands for a slot that has none yet, as in a beacon node.
        let context =
            slot < state.state.slot
            ? try state.ackContext(slot)
            : try state.ackContext(
                slot, anchorRoot: state.state.latestBlockHeader.hashTreeRoot(spec), revealMix: state.ackRevealMix(slot))
        return AckCommittee(slot: slot, context: context, learning: state.state.learning)
    }

    public func validatorIndices(of publicKeys: [BLSPubkey]) -> [BLSPubkey: ValidatorIndex] {
        var found: [BLSPubkey: ValidatorIndex] = [:]
        for key in publicKeys { found[key] = state.validatorIndex(of: key) }
        return found
    }

    public func attestationData(slot: Slot, committeeIndex: CommitteeIndex) -> AttestationData {
        AttestationData(
            slot: slot, index: 0, beaconBlockRoot: SHA256.hash([1]), source: Checkpoint(epoch: 0, root: .zero),
            target: Checkpoint(epoch: slot, root: SHA256.hash([2])))
    }

    public func fork(at epoch: Epoch) -> Fork { state.state.fork }
}

/// Nobody has a duty here.
extension FixtureNode: DutySchedule {
    public func proposerDuties(epoch: Epoch) -> [ProposerDuty] { [] }
    public func attesterDuties(epoch: Epoch, indices: [ValidatorIndex]) -> [AttesterDuty] { [] }
}

extension FixtureNode: BeaconOperations, OperationEventSource {
    public func operationEvents() -> AsyncStream<OperationEvent> {
        subscriptionCount += 1
        return operationBroadcast.subscribe()
    }

    public func pooledAttestations(slot: Slot?, committeeIndex: CommitteeIndex?) -> [Attestation] { [] }
    public func pooledAttesterSlashings() -> [AttesterSlashing] { [] }
    public func pooledProposerSlashings() -> [ProposerSlashing] { [] }
    public func pooledVoluntaryExits() -> [SignedVoluntaryExit] { exits }
    public func pooledBLSToExecutionChanges() -> [SignedBLSToExecutionChange] { [] }
    public func pooledAckQuorumSlashings() -> [AckQuorumSlashing] { [] }
    public func pooledAckContradictions() -> [AckContradiction] { [] }
}
