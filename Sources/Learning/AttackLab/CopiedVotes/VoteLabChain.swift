import AckQuorum
import BLS
import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import StateTransition

/// A `pol` chain in memory for the vote laboratory: real keys, blocks as a proposer makes them. Signatures on ACKs and evidence are
/// verified; those of blocks and attestations, which the laboratory is not about, are taken on trust.
struct VoteLabChain {
    static let spec = BeaconSpec.pol

    private(set) var state: CachedBeaconState
    let keys: [SecretKey]

    init(validators: Int, seed: UInt64) throws {
        keys = try (0..<validators).map {
            try SecretKey(bytes: [0] + SHA256.hash(Array("polai vote laboratory \(seed) \($0)".utf8)).bytes.dropFirst())
        }
        var header = ExecutionPayloadHeader(default: Self.spec)
        header.timestamp = 1_700_000_000
        header.blockHash = SHA256.hash([0])
        header.difficulty = 1000
        var learning = LearningState(default: Self.spec)
        learning.baseModelRoot = SHA256.hash([1])
        learning.adapterRoot = SHA256.hash([2])
        state = try CachedBeaconState.genesisState(
            spec: Self.spec,
            validators: keys.map {
                GenesisValidator(
                    pubkey: $0.publicKey.bytes, withdrawalAddress: .zero, balance: Self.spec.preset.minActivationBalance)
            },
            genesisTime: header.timestamp, executionHeader: header, learning: learning)
    }

    /// Ends empty slots until `slot` begins.
    mutating func begin(_ slot: Slot) throws { if state.state.slot < slot { try state.processSlots(to: slot) } }

    /// What votes of the slot refer to, whose block has just been added.
    func context(of slot: Slot) throws -> AckContext {
        var ahead = state
        try ahead.processSlots(to: slot + 1)
        return try ahead.ackContext(slot)
    }

    func isSlashed(_ validator: ValidatorIndex) -> Bool { state.state.validators[Int(validator)].slashed }

    /// Whether the chain would take a certificate into a block of its slot, its signature verified.
    func takes(_ certificate: AckCertificate) -> Bool {
        let id = certificate.ack.updateId
        return certificate.candidate.parentAdapterRoot == state.state.learning.adapterRoot
            && state.ackCertificateFault(certificate, updateID: id, blockSlot: state.state.slot) == nil
    }

    /// Whether the chain slashes for this evidence, its signatures verified.
    func takes(_ evidence: AckContradiction) -> Bool {
        var (copy, signatures) = (state, SignatureCollector(.individually))
        return (try? copy.processAckContradiction(evidence, &signatures)) != nil
    }

    /// Adds the block of the slot that has begun.
    mutating func addBlock(_ certificate: AckCertificate?, _ evidence: [AckContradiction]) throws {
        var block = BeaconBlock(default: Self.spec)
        block.slot = state.state.slot
        block.proposerIndex = try state.getBeaconProposerIndex()
        block.parentRoot = state.state.latestBlockHeader.hashTreeRoot(Self.spec)
        block.body.eth1Data = state.state.eth1Data
        // Everybody attends to its other duties, copycats too: what a balance loses, it loses by copied votes.
        block.body.syncAggregate = SyncAggregate(
            syncCommitteeBits: Bitvector([Bool](repeating: true, count: Int(Self.spec.preset.syncCommitteeSize))),
            syncCommitteeSignature: BLS.infinitySignature)
        block.body.executionPayload = try payload(updateID: certificate?.ack.updateId ?? .zero)
        if let certificate { block.body.ackCertificate = certificate }
        block.body.ackContradictions = evidence
        if block.slot > 1 { block.body.attestations = [try everybody(voting: block.slot - 1)] }
        block.stateRoot = try state.computeNewStateRoot(block)
        try state.applyBlock(SignedBeaconBlock(message: block, signature: BLSSignature()), strategy: .trusted)
    }

    private func payload(updateID: Bytes32) throws -> ExecutionPayload {
        let parent = state.state.latestExecutionPayloadHeader
        var payload = ExecutionPayload(default: Self.spec)
        payload.parentHash = parent.blockHash
        payload.prevRandao = try state.getRandaoMix(state.currentEpoch)
        payload.blockNumber = parent.blockNumber + 1
        payload.timestamp = try state.computeTimeAtSlot(state.state.slot)
        payload.extraData = PolExtraData.bytes(parentHash: parent.blockHash, updateID: updateID)
        payload.blockHash = SHA256.hash(payload.extraData + Array("\(payload.timestamp)".utf8))
        payload.withdrawals = try state.getExpectedWithdrawals().withdrawals
        payload.difficulty = try state.expectedDifficulty(
            parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp, timestamp: payload.timestamp)
        return payload
    }

    private func everybody(voting slot: Slot) throws -> Attestation {
        let committee = try state.getBeaconCommittee(slot, 0)
        let root = try state.getBlockRootAtSlot(slot)
        var committees = Bitvector(count: Int(Self.spec.preset.maxCommitteesPerSlot))
        committees[0] = true
        return Attestation(
            aggregationBits: Bitlist([Bool](repeating: true, count: committee.count)),
            data: AttestationData(
                slot: slot, index: 0, beaconBlockRoot: root, source: state.state.previousJustifiedCheckpoint,
                target: Checkpoint(epoch: slot, root: root)),
            signature: BLS.infinitySignature, committeeBits: committees)
    }
}
