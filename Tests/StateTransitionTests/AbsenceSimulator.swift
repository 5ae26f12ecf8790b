import BLS
import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import StateTransition

/// A chain of which some validators are away: each slot whose proposer is here has a block with the votes of those who are here.
/// Every field of it follows from the state, as in `scripts/vectors/pol/make.py` (`away`).
struct AbsenceSimulator {
    private(set) var state: CachedBeaconState
    private(set) var blocks = 0
    /// How many of the first validators are here.
    let present: Int

    init(_ genesis: CachedBeaconState, absent: Int) {
        state = genesis
        present = genesis.state.validators.count - absent
    }

    private func isHere(_ index: ValidatorIndex) -> Bool { index < UInt64(present) }

    mutating func advance() throws {
        let slot = state.state.slot + 1
        try state.processSlots(to: slot)
        let proposer = try state.getBeaconProposerIndex()
        guard isHere(proposer) else { return }
        let spec = state.spec
        var block = BeaconBlock(default: spec)
        block.slot = slot
        block.proposerIndex = proposer
        block.parentRoot = state.state.latestBlockHeader.hashTreeRoot(spec)
        block.body.eth1Data = state.state.eth1Data
        block.body.syncAggregate.syncCommitteeSignature = BLS.infinitySignature
        if slot > 1 { block.body.attestations = [try attestation(slot - 1)] }
        block.body.executionPayload = try payload()
        var signatures = SignatureCollector(.trusted)
        try state.processBlock(block, &signatures, isPayloadValid: true)
        blocks += 1
    }

    private func attestation(_ slot: Slot) throws -> Attestation {
        let root = try state.getBlockRootAtSlot(slot)
        var committees = Bitvector(count: Int(state.spec.preset.maxCommitteesPerSlot))
        committees[0] = true
        return Attestation(
            aggregationBits: Bitlist(try state.getBeaconCommittee(slot, 0).map(isHere)),
            data: AttestationData(
                slot: slot, index: 0, beaconBlockRoot: root, source: state.state.previousJustifiedCheckpoint,
                target: Checkpoint(epoch: slot, root: root)),
            signature: BLS.infinitySignature, committeeBits: committees)
    }

    private func payload() throws -> ExecutionPayload {
        let parent = state.state.latestExecutionPayloadHeader
        var payload = ExecutionPayload(default: state.spec)
        payload.parentHash = parent.blockHash
        payload.prevRandao = try state.getRandaoMix(state.currentEpoch)
        payload.blockNumber = parent.blockNumber + 1
        payload.timestamp = try state.computeTimeAtSlot(state.state.slot)
        payload.difficulty = try state.expectedDifficulty(slot: state.state.slot)
        payload.extraData = PolExtraData.bytes(parentHash: parent.blockHash, updateID: .zero)
        payload.blockHash = SHA256.hash(payload.extraData + Array("\(payload.timestamp)".utf8))
        payload.withdrawals = try state.getExpectedWithdrawals().withdrawals
        return payload
    }

    /// The slot in which finality returns after it was lost, moving on to it; `nil` if not up to `limit`.
    mutating func finalityReturns(before limit: Slot) throws -> Slot? {
        while state.state.slot < limit {
            try advance()
            if state.state.slot > 200, state.state.finalizedCheckpoint.epoch + 64 > state.state.slot { return state.state.slot }
        }
        return nil
    }
}
