import BLS
import BeaconTypes
import EngineTypes
import ForkChoice
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

/// Makes the blocks of this node's proposers: has payloads built and sealed ahead of their slots, and puts together what the
/// pools hold.
actor BlockProducer {
    let archive: ChainArchive
    let published: PublishedView
    let importer: BlockImporter
    let pools: MessagePools
    let engine: any ExecutionEngine
    let announcements: NodeAnnouncements
    let logger: Logger

    private var proposal: PreparedProposal?
    /// Where the fees of each validator's blocks go, as validator clients told.
    private var feeRecipients: [ValidatorIndex: ExecutionAddress] = [:]
    /// The value in wei of the last payload that this node put into a block.
    private var lastPayload: (hash: Hash32, value: UInt256)?

    /// A payload that the execution node builds and seals for one of our proposals.
    private struct PreparedProposal: Sendable {
        var slot: Slot
        var parent: Root
        var certificate: AckCertificate?
        var payloadID: PayloadID
        /// Seconds since the Unix epoch.
        var preparedAt: Double
    }

    init(
        archive: ChainArchive, published: PublishedView, importer: BlockImporter, pools: MessagePools, engine: any ExecutionEngine,
        announcements: NodeAnnouncements, logger: Logger
    ) {
        self.archive = archive
        self.published = published
        self.importer = importer
        self.pools = pools
        self.engine = engine
        self.announcements = announcements
        self.logger = logger
    }

    private var view: ChainView { published.current }
    private nonisolated var spec: BeaconSpec { archive.spec }
    private nonisolated var clock: SlotClock { archive.clock }

    /// Notes where fees go. When one of these validators proposes the next slot, its payload is begun.
    func prepareProposers(_ feeRecipients: [ValidatorIndex: ExecutionAddress]) async {
        let view = view
        // Only what the registry has: the list must not grow with what callers make up.
        let registered = feeRecipients.filter { $0.key < UInt64(view.head.state.state.validators.count) }
        self.feeRecipients.merge(registered) { _, new in new }
        let slot = max((clock.currentSlot ?? 0) + 1, view.head.slot + 1)
        guard let proposer = try? view.stateProposing(slot).getBeaconProposerIndex(), let recipient = feeRecipients[proposer],
            proposal?.slot != slot || proposal?.parent != view.head.root
        else { return }
        do {
            try await prepareProposal(slot: slot, feeRecipient: recipient)
        } catch {
            // The block is asked for later in any case, and says then what is wrong.
            logger.debug("the payload of slot \(slot) is not begun: \(error)")
        }
    }

    func payloadValue(_ blockHash: Hash32) -> UInt256? { lastPayload.flatMap { $0.hash == blockHash ? $0.value : nil } }

    /// Starts building and sealing the payload of `slot` on the head, or on its parent where the head is to be skipped:
    /// certificate first, seal second.
    func prepareProposal(slot: Slot, feeRecipient: ExecutionAddress) async throws {
        let base = try await importer.proposalParent(at: slot)
        try view.demandValidated(base.root)
        let pre = try archive.state(after: base.root, at: slot)
        guard pre.state.slot == slot else {
            throw BeaconNodeError.badRequest("slot \(slot) is not after the slot \(base.slot) of the block to build on")
        }
        let certificate = await pools.bestCertificate(on: pre)
        let attributes = try PayloadAttributes(
            timestamp: pre.computeTimeAtSlot(slot), prevRandao: pre.getRandaoMix(pre.currentEpoch),
            suggestedFeeRecipient: feeRecipient, withdrawals: pre.getExpectedWithdrawals().withdrawals,
            parentBeaconBlockRoot: base.root, updateID: certificate?.ack.updateId ?? .zero)
        let response = try await importer.notifyEngine(head: base.root, attributes: attributes)
        guard let id = response.payloadID else {
            throw BeaconNodeError.executionUnavailable(
                reason: response.payloadStatus.validationError ?? "no payload was begun: \(response.payloadStatus.status.rawValue)")
        }
        proposal = PreparedProposal(slot: slot, parent: base.root, certificate: certificate, payloadID: id, preparedAt: clock.currentTime)
        let parent = base.state.state.latestExecutionPayloadHeader
        announcements.chain.send(
            .payloadAttributes(
                PayloadBuilding(
                    slot: slot, proposerIndex: try pre.getBeaconProposerIndex(), parentRoot: base.root, parentNumber: parent.blockNumber,
                    parentHash: parent.blockHash, attributes: attributes)))
    }

    /// An unsigned block on `proposalParent`, with the prepared payload or one begun now.
    func produceBlock(slot: Slot, randaoReveal: BLSSignature, graffiti: Bytes32) async throws -> BeaconBlock {
        let view = view
        guard slot > view.head.slot else {
            throw BeaconNodeError.badRequest("slot \(slot) is not after the head's slot \(view.head.slot)")
        }
        try view.demandValidated(view.head.root)
        try checkReveal(randaoReveal, slot: slot)
        let parent = try await importer.proposalParent(at: slot).root
        if proposal?.slot != slot || proposal?.parent != parent {
            let proposer = try view.stateProposing(slot).getBeaconProposerIndex()
            try await prepareProposal(slot: slot, feeRecipient: feeRecipients[proposer] ?? .zero)
        }
        guard let proposal else { throw BeaconNodeError.badRequest("no proposal was prepared for slot \(slot)") }
        let response = try await sealedPayload(proposal)
        lastPayload = (response.payload.blockHash, response.blockValue)
        let pre = try archive.state(after: proposal.parent, at: slot)
        var block = BeaconBlock(default: spec)
        block.slot = slot
        block.proposerIndex = try pre.getBeaconProposerIndex()
        block.parentRoot = proposal.parent
        block.body = try await body(on: pre, response, proposal.certificate, randaoReveal: randaoReveal, graffiti: graffiti)
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
        let state = try view.stateProposing(slot)
        let proposer = try state.getBeaconProposerIndex()
        let message = computeSigningRoot(objectRoot: state.currentEpoch.hashTreeRoot(), state.getDomain(Constant.domainRandao))
        guard BLS.verify(publicKey: try state.validator(proposer).pubkey, message: message, signature: reveal) else {
            throw SubmissionRefused(StateTransitionError(.randaoReveal, "slot \(slot), proposer \(proposer)"))
        }
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
    ) async throws -> BeaconBlockBody {
        var body = BeaconBlockBody(default: pre.spec)
        body.randaoReveal = randaoReveal
        body.eth1Data = pre.state.eth1Data
        body.graffiti = graffiti
        await pools.pooledOperations(for: pre).write(into: &body)
        body.executionPayload = response.payload
        do {
            body.executionRequests = try ExecutionRequests(list: response.executionRequests, spec)
        } catch {
            throw BeaconNodeError.badRequest("\(error)")
        }
        if let certificate { body.ackCertificate = certificate }
        return body
    }
}
