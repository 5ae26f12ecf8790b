import AckQuorum
import BLS
import BeaconTypes
import EngineTypes
import Primitives
import SSZ
import StateTransition
import Testing

/// A chain of our fork made block by block in memory: real keys, blocks as a producer makes them, and signatures taken on
/// trust except where a test verifies them.
struct PolSimulator {
    private(set) var state: CachedBeaconState
    private(set) var keys: [SecretKey]
    let spec: BeaconSpec

    init(validators: Int, spec: BeaconSpec = .pol, aiQuorum: UInt64 = 0) throws {
        self.spec = spec
        keys = try (0..<validators).map(Self.key)
        var header = ExecutionPayloadHeader(default: spec)
        header.timestamp = 1_700_000_000
        header.blockHash = SHA256.hash([0])
        header.difficulty = 1000
        var learning = LearningState(default: spec)
        learning.baseModelRoot = SHA256.hash([1])
        learning.adapterRoot = SHA256.hash([2])
        learning.aiQuorum = aiQuorum
        state = try CachedBeaconState.genesisState(
            spec: spec,
            validators: keys.map {
                GenesisValidator(pubkey: $0.publicKey.bytes, withdrawalAddress: .zero, balance: spec.preset.minActivationBalance)
            },
            genesisTime: header.timestamp, executionHeader: header, learning: learning)
    }

    static func key(_ index: Int) throws -> SecretKey {
        try SecretKey(bytes: [0] + SHA256.hash(Array("simulator key \(index)".utf8)).bytes.dropFirst())
    }

    /// What a block may hold besides everybody's votes for the slot before.
    struct Content {
        var deposits: [DepositRequest] = []
        var exits: [SignedVoluntaryExit] = []
        var certificate: AckCertificate?
        var quorumSlashings: [AckQuorumSlashing] = []
        var contradictions: [AckContradiction] = []
        var attests = true
    }

    /// An unsigned block on the chain's head.
    func block(_ slot: Slot, _ content: Content = Content()) throws -> BeaconBlock {
        var pre = state
        try pre.processSlots(to: slot)
        var block = BeaconBlock(default: spec)
        block.slot = slot
        block.proposerIndex = try pre.getBeaconProposerIndex()
        block.parentRoot = pre.state.latestBlockHeader.hashTreeRoot(spec)
        block.body.eth1Data = pre.state.eth1Data
        block.body.syncAggregate.syncCommitteeSignature = BLS.infinitySignature
        block.body.executionPayload = try payload(on: pre, updateID: content.certificate?.ack.updateId ?? .zero)
        block.body.executionRequests.deposits = content.deposits
        block.body.voluntaryExits = content.exits
        if let certificate = content.certificate { block.body.ackCertificate = certificate }
        block.body.ackQuorumSlashings = content.quorumSlashings
        block.body.ackContradictions = content.contradictions
        if content.attests, slot > 1 { block.body.attestations = [try everybody(voting: slot - 1, on: pre)] }
        block.stateRoot = try pre.computeNewStateRoot(block)
        return block
    }

    private func payload(on pre: CachedBeaconState, updateID: Bytes32) throws -> ExecutionPayload {
        let parent = pre.state.latestExecutionPayloadHeader
        var payload = ExecutionPayload(default: spec)
        payload.parentHash = parent.blockHash
        payload.prevRandao = try pre.getRandaoMix(pre.currentEpoch)
        payload.blockNumber = parent.blockNumber + 1
        payload.timestamp = try pre.computeTimeAtSlot(pre.state.slot)
        payload.extraData = PolExtraData.bytes(parentHash: parent.blockHash, updateID: updateID)
        payload.blockHash = SHA256.hash(payload.extraData + Array("\(payload.timestamp)".utf8))
        payload.withdrawals = try pre.getExpectedWithdrawals().withdrawals
        payload.difficulty = try pre.expectedDifficulty(
            parentDifficulty: parent.difficulty, parentTimestamp: parent.timestamp, timestamp: payload.timestamp)
        return payload
    }

    private func everybody(voting slot: Slot, on pre: CachedBeaconState) throws -> Attestation {
        let committee = try pre.getBeaconCommittee(slot, 0)
        let root = try pre.getBlockRootAtSlot(slot)
        var committees = Bitvector(count: Int(spec.preset.maxCommitteesPerSlot))
        committees[0] = true
        return Attestation(
            aggregationBits: Bitlist([Bool](repeating: true, count: committee.count)),
            data: AttestationData(
                slot: slot, index: 0, beaconBlockRoot: root, source: pre.state.previousJustifiedCheckpoint,
                target: Checkpoint(epoch: slot, root: root)),
            signature: BLS.infinitySignature, committeeBits: committees)
    }

    /// Adds a block to the chain.
    @discardableResult
    mutating func advance(_ content: Content = Content()) throws -> BeaconBlock {
        let block = try block(state.state.slot + 1, content)
        try add(block)
        return block
    }

    /// Adds a block that was made before.
    mutating func add(_ block: BeaconBlock) throws {
        try state.stateTransition(SignedBeaconBlock(message: block, signature: BLSSignature()), strategy: .trusted)
    }

    mutating func advance(to slot: Slot) throws {
        while state.state.slot < slot { try advance() }
    }

    /// The state at a later slot without blocks.
    func state(at slot: Slot) throws -> CachedBeaconState {
        var later = state
        if later.state.slot < slot { try later.processSlots(to: slot) }
        return later
    }

    /// Takes a key into the chain's, for a validator that a deposit brings.
    mutating func deposit(_ key: SecretKey, index: UInt64) -> DepositRequest {
        keys.append(key)
        var request = DepositRequest()
        request.pubkey = key.publicKey.bytes
        request.withdrawalCredentials = Hash32 { (bytes: UnsafeMutableRawBufferPointer) in bytes[0] = 1 }
        request.amount = spec.preset.minActivationBalance
        request.index = index
        let message = DepositMessage(
            pubkey: request.pubkey, withdrawalCredentials: request.withdrawalCredentials, amount: request.amount)
        let domain = computeDomain(Constant.domainDeposit, spec.config.genesisForkVersion, .zero)
        request.signature = key.sign(computeSigningRoot(message, domain, spec))
        return request
    }

    /// An ACK of `slot` on an update by `author`, as the chain stands. Its candidate is of a slot whose reveal block is that of `slot`, or of
    /// the slot before where there is no such one.
    func vote(slot: Slot, author: ValidatorIndex, update: UInt8 = 1) throws -> (candidate: UpdateCandidate, ack: UpdateAck) {
        let learning = state.state.learning
        var candidate = UpdateCandidate(
            baseModelRoot: learning.baseModelRoot, parentAdapterRoot: learning.adapterRoot, slot: slot - 1, author: author,
            inputs: [CandidateInput(fileHash: SHA256.hash([update]), rewardAddress: .zero)], selected: [true])
        if let revealed = try candidateSlot(revealedAt: slot, author: author) { candidate.slot = revealed }
        let (id, context) = (candidate.updateID(spec), try context(slot))
        let ack = UpdateAck(
            slot: slot, anchorRoot: context.anchorRoot, updateId: id, author: author,
            verdict: 1, adapterRoot: SHA256.hash([update, 2]), lossBefore: Float(4).bitPattern, lossAfter: Float(3.5).bitPattern,
            sliceSeed: context.sliceSeed(id))
        return (candidate, ack)
    }

    /// What votes of a slot refer to, which may be the head's.
    func context(_ slot: Slot) throws -> AckContext { try state(at: slot + 1).ackContext(slot) }

    /// The newest slot whose candidates by `author` are revealed at `slot`.
    func candidateSlot(revealedAt slot: Slot, author: ValidatorIndex) throws -> Slot? {
        var candidate = UpdateCandidate()
        candidate.author = author
        for back in 1...min(Constant.maxRevealDistance, slot - 1) {
            candidate.slot = slot - back
            if try state.revealSlot(candidate) == slot { return candidate.slot }
        }
        return nil
    }

    /// Adds blocks until the head reveals the slice of a candidate by the member in its seat 0; the head's slot.
    mutating func advanceToReveal() throws -> Slot {
        for _ in 0..<64 {
            let slot = state.state.slot
            if slot > 1, try candidateSlot(revealedAt: slot, author: context(slot).members[0]) != nil { return slot }
            try advance()
        }
        throw NoReveal()
    }

    struct NoReveal: Error {}

    /// The losses behind an ack: 32 bytes that only who ran the gate would know.
    static func losses(_ ack: UpdateAck) -> Bytes32 { SHA256.hash(ack.adapterRoot.bytes + [ack.verdict]) }

    /// A member's vote. One that copies guesses the losses.
    func sign(_ ack: UpdateAck, by validator: ValidatorIndex, in context: AckContext, copies: Bool = false) -> SignedUpdateAck {
        let losses = copies ? SHA256.hash(ack.adapterRoot.bytes) : Self.losses(ack)
        return context.signing.vote(AckStatement(ack: ack, lossesRoot: losses), validator: validator) { keys[Int(validator)].sign($0) }
    }

    /// The votes of some seats of the slot's committee on one message, aggregated.
    func aggregate(_ ack: UpdateAck, seats: [Int]) throws -> AckAggregate {
        let context = try context(ack.slot)
        var bits = Bitlist(count: context.members.count)
        for seat in seats { bits[seat] = true }
        let losses = Self.losses(ack)
        let root = context.signingRoot(AckStatement(ack: ack, lossesRoot: losses))
        let signatures = seats.map { keys[Int(context.members[$0])].sign(root) }
        return AckAggregate(
            ack: ack, committeeBits: bits, signature: signatures.isEmpty ? BLSSignature() : try BLS.aggregate(signatures),
            lossesRoot: losses)
    }

    /// A certificate of `slot` by the member in seat 0, with its own and `others` votes more.
    func certificate(slot: Slot, others: Int, update: UInt8 = 1) throws -> AckCertificate {
        let members = try context(slot).members
        let (candidate, ack) = try vote(slot: slot, author: members[0], update: update)
        let votes = try aggregate(ack, seats: Array(0...others))
        return AckCertificate(
            candidate: candidate, ack: ack, committeeBits: votes.committeeBits, signature: votes.signature, lossesRoot: votes.lossesRoot)
    }

    /// The other votes that a certificate needs.
    func othersNeeded(slot: Slot) throws -> Int {
        let context = try context(slot)
        return context.members.count == 1 ? 0 : Int(context.quorum)
    }
}
