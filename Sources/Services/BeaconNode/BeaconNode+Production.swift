public import Primitives
import AckQuorum
import BLS
public import BeaconTypes
import EngineTypes
import ForkChoice
import Logging
import SSZ
import ServiceInterfaces
import StateTransition

extension BeaconNode {
    /// Starts building and sealing the payload of `slot` on the head, or on its parent where the head is to be skipped:
    /// certificate first, seal second.
    public func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws {
        let base = try proposalParent(at: slot)
        var pre = base.state
        try pre.processSlots(to: slot)
        let certificate = bestCertificate(on: pre)
        let attributes = try PayloadAttributes(
            timestamp: pre.computeTimeAtSlot(slot), prevRandao: pre.getRandaoMix(pre.currentEpoch),
            suggestedFeeRecipient: feeRecipient, withdrawals: pre.getExpectedWithdrawals().withdrawals.map(\.engineForm),
            parentBeaconBlockRoot: base.root, updateID: certificate?.ack.updateId ?? .zero)
        let response = try await notifyEngine(head: base.root, attributes: attributes)
        guard let id = response.payloadID else {
            throw BeaconNodeError.executionUnavailable(
                reason: response.payloadStatus.validationError ?? "no payload was begun: \(response.payloadStatus.status.rawValue)")
        }
        proposal = PreparedProposal(slot: slot, parent: base.root, certificate: certificate, payloadID: id, preparedAt: clock.currentTime)
        let parent = base.state.state.latestExecutionPayloadHeader
        broadcast.send(
            .payloadAttributes(
                PayloadBuilding(
                    slot: slot, proposerIndex: try pre.getBeaconProposerIndex(), parentRoot: base.root, parentNumber: parent.blockNumber,
                    parentHash: parent.blockHash, attributes: attributes)))
    }

    /// The certificate with the lowest resulting loss that this very state accepts, if any.
    private func bestCertificate(on pre: CachedBeaconState) -> AckCertificate? {
        certificates.candidates(for: pre.state.slot).first { certificate in
            (try? pre.checkIncludable(certificate)) != nil
        }
    }

    /// An unsigned block on `proposalParent`, with the prepared payload or one begun now.
    public func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock {
        guard slot > head.slot else { throw BeaconNodeError.badRequest("slot \(slot) is not after the head's slot \(head.slot)") }
        try checkReveal(randaoReveal, slot: slot)
        if try proposal?.slot != slot || proposal?.parent != proposalParent(at: slot).root {
            let proposer = try stateProposing(slot).getBeaconProposerIndex()
            try await prepareProposal(slot: slot, feeRecipient: proposals.feeRecipients[proposer] ?? .zero)
        }
        guard let proposal else { throw BeaconNodeError.badRequest("no proposal was prepared for slot \(slot)") }
        let response = try await sealedPayload(proposal)
        proposals.lastPayload = (response.payload.blockHash, response.blockValue)
        var pre = try stateAfter(proposal.parent)
        try pre.processSlots(to: slot)
        try pre.warmCaches()
        var block = BeaconBlock(default: spec)
        block.slot = slot
        block.proposerIndex = try pre.getBeaconProposerIndex()
        block.parentRoot = proposal.parent
        block.body = try body(on: pre, response, proposal.certificate, randaoReveal: randaoReveal, graffiti: graffiti)
        do {
            block.stateRoot = try pre.computeNewStateRoot(block)
        } catch {
            // Each operation held by itself; a block with none is better than no block.
            logger.error("slot \(slot) is proposed without pooled operations, which do not hold together: \(error)")
            BlockOperations(none: spec).write(into: &block.body)
            block.stateRoot = try pre.computeNewStateRoot(block)
        }
        return block
    }

    /// Refuses a RANDAO reveal that would make the block invalid, before time is spent on it. The point at infinity stands for
    /// one to be filled in later.
    private func checkReveal(_ reveal: BLSSignature, slot: Slot) throws {
        guard reveal != BLS.infinitySignature else { return }
        let state = try stateProposing(slot)
        let proposer = try state.getBeaconProposerIndex()
        let message = computeSigningRoot(objectRoot: state.currentEpoch.hashTreeRoot(), state.getDomain(Constant.domainRandao))
        guard BLS.verify(publicKey: try state.validator(proposer).pubkey, message: message, signature: reveal) else {
            throw SubmissionRefused("\(StateTransitionError(.randaoReveal, "slot \(slot), proposer \(proposer)"))")
        }
    }

    /// The head's state at `slot`, which is after the head and not far ahead.
    func stateProposing(_ slot: Slot) throws -> CachedBeaconState {
        guard slot <= max(clock.currentSlot ?? 0, head.slot) + 2 else { throw SubmissionRefused("slot \(slot) is too far ahead") }
        let next = try operationState()
        if next.state.slot == slot { return next }
        var state = head.state
        try state.processSlots(to: slot)
        return state
    }

    /// All that the pools hold for a block on `pre`.
    private func pooledOperations(for pre: CachedBeaconState) -> BlockOperations {
        let previousSlot = pre.state.slot - 1
        let period = pre.currentEpoch / spec.preset.epochsPerSyncCommitteePeriod
        var syncAggregate = BlockOperations(none: spec).syncAggregate
        if let root = try? pre.getBlockRootAtSlot(previousSlot), let seats = try? syncCommittee(period: period, pre) {
            syncAggregate = syncCommittees.aggregate(.init(slot: previousSlot, blockRoot: root), seats: seats)
        }
        return BlockOperations(for: pre, operations: operations, attestations: attestations, syncAggregate: syncAggregate)
    }

    /// The payload once it is sealed. The engine gives up soon after the slot's start; a payload that was begun late,
    /// because the head changed, may take until the attestation deadline (docs/decisions/0002).
    private func sealedPayload(_ proposal: PreparedProposal) async throws -> GetPayloadResponse {
        while true {
            do {
                return try await engine.getPayload(proposal.payloadID)
            } catch {
                let isLate = proposal.preparedAt > clock.start(of: proposal.slot)
                guard isLate, clock.secondsUntil(proposal.slot, fraction: 1.0 / 3.0) > 0, !Task.isCancelled else {
                    throw BeaconNodeError.executionUnavailable(reason: "\(error)")
                }
            }
        }
    }

    private func body(
        on pre: CachedBeaconState, _ response: GetPayloadResponse, _ certificate: AckCertificate?,
        randaoReveal: BLSSignature, graffiti: Bytes32
    ) throws -> BeaconBlockBody {
        var body = BeaconBlockBody(default: pre.spec)
        body.randaoReveal = randaoReveal
        body.eth1Data = pre.state.eth1Data
        body.graffiti = graffiti
        pooledOperations(for: pre).write(into: &body)
        body.executionPayload = BeaconTypes.ExecutionPayload(engineForm: response.payload)
        body.executionRequests = try ExecutionRequests(engineForm: response.executionRequests, spec)
        if let certificate { body.ackCertificate = certificate }
        return body
    }

    public func publishBlock(_ block: SignedBeaconBlock) async throws {
        let root = block.message.hashTreeRoot(spec)
        if !forkChoice.contains(root) { operationBroadcast.send(.blockGossip(root: root, slot: block.message.slot)) }
        try await importBlock(block)
        let ack = block.message.body.ackCertificate
        if !ack.ack.updateId.isZero {
            figures.updatesIncluded += 1
            certificates.prune(before: 0, included: ack.ack.updateId)
        }
        certificates.prune(before: block.message.slot > 64 ? block.message.slot - 64 : 0, included: nil)
    }
}
