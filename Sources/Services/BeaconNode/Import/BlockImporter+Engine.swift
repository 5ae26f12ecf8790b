import BeaconTypes
import ChainStore
import EngineTypes
import ForkChoice
import Logging
import Primitives
import ServiceInterfaces
import StateTransition

/// What the execution layer says of a payload or a head.
enum PayloadVerdict: Sendable, Hashable {
    case valid
    case unknown
    case invalid(latestValidHash: Hash32?)

    init(_ status: PayloadStatus) {
        switch status.status {
        case .valid: self = .valid
        case .syncing, .accepted: self = .unknown
        case .invalid: self = .invalid(latestValidHash: status.latestValidHash)
        }
    }
}

extension BlockImporter {
    /// Has the execution layer check and store the payload. One that it cannot check yet is taken in optimistically
    /// (`sync/optimistic.md`): every block of this chain has a parent with a payload, so each is a candidate.
    ///
    /// - Throws: `executionInvalid`, once the ancestors that are invalid with it are gone.
    func execute(_ block: BeaconBlock, root: Root) async throws -> PayloadValidationStatus {
        let status = try await newPayload(block)
        switch PayloadVerdict(status) {
        case .valid:
            figures.note { $0.validPayloads += 1 }
            return .valid
        case .unknown:
            figures.note { $0.optimisticPayloads += 1 }
            return .notValidated
        case .invalid(let latestValidHash):
            figures.note { $0.invalidPayloads += 1 }
            try await invalidate(block.parentRoot, isTaken: false, latestValidHash: latestValidHash)
            throw BeaconNodeError.executionInvalid(root, reason: status.validationError ?? status.status.rawValue)
        }
    }

    func newPayload(_ block: BeaconBlock) async throws -> PayloadStatus {
        try await asking {
            try await engine.newPayload(
                block.body.executionPayload, parentBeaconBlockRoot: block.parentRoot,
                executionRequests: block.body.executionRequests.list(spec))
        }
    }

    /// - Parameter block: the block that the execution layer is to take as its head.
    @discardableResult
    func notifyEngine(head block: Root, attributes: PayloadAttributes?) async throws -> ForkchoiceUpdated {
        let state = try forkchoiceState(head: block)
        return try await asking { try await engine.forkchoiceUpdated(state, attributes: attributes) }
    }

    /// Notes whether the execution layer answers.
    private func asking<Answer: Sendable>(_ ask: () async throws -> Answer) async throws -> Answer {
        do {
            let answer = try await ask()
            figures.note { $0.isExecutionOffline = false }
            return answer
        } catch {
            figures.note { $0.isExecutionOffline = true }
            throw BeaconNodeError.executionUnavailable(reason: "\(error)")
        }
    }

    private func forkchoiceState(head block: Root) throws -> ForkchoiceState {
        func executionHash(_ root: Root) throws -> Hash32 {
            if root.isZero { return .zero }
            if let node = forkChoice.node(root) { return node.executionBlockHash }
            return try archive.state(after: root).state.latestExecutionPayloadHeader.blockHash
        }
        return ForkchoiceState(
            headBlockHash: try executionHash(block), safeBlockHash: try executionHash(forkChoice.justifiedCheckpoint.root),
            finalizedBlockHash: finalized.epoch == 0 ? .zero : try executionHash(finalized.root))
    }

    /// Drops blocks whose payloads turned out to be invalid, and moves the head if it was among them.
    func invalidate(_ root: Root, isTaken: Bool, latestValidHash: Hash32?) async throws {
        let before = forkChoice
        let dropped = forkChoice.onInvalidPayload(root, isTaken: isTaken, latestValidHash: latestValidHash)
        guard !dropped.isEmpty else { return publish() }
        // What is no longer in the tree is canonical nowhere.
        let slots = try dropped.compactMap { root in try before.node(root).flatMap { try isIndexed($0) ? $0.slot : nil } }
        try archive.store.write { batch in
            for slot in slots { batch.setCanonical(slot: slot, nil) }
        }
        logger.warning(
            "Blocks with invalid payloads are dropped", metadata: ["count": "\(dropped.count)", "first": "\(dropped[0].shortHex)"])
        publish()
        try await updateHead()
    }

    private func isIndexed(_ node: ProtoNode) throws -> Bool { try archive.store.canonicalRoot(slot: node.slot) == node.root }

    /// How many payloads of an optimistic chain are offered again in one slot.
    private static let offersPerSlot = 64

    /// Offers the payloads of an optimistic head again, oldest first: an execution layer that could not check them may have
    /// caught up, or lack just these.
    func revalidateHead() async {
        let chain = forkChoice.optimisticChain(to: head.root)
        do {
            for root in chain.reversed().prefix(Self.offersPerSlot) {
                guard let block = try archive.block(root)?.message else { return }
                switch PayloadVerdict(try await newPayload(block)) {
                case .valid: forkChoice.onValidPayload(root)
                case .unknown: return publish()
                case .invalid(let latestValidHash):
                    return try await invalidate(root, isTaken: true, latestValidHash: latestValidHash)
                }
            }
            guard !chain.isEmpty else { return }
            publish()
            try storeForkChoice()
            _ = try await notifyEngine(head: head.root, attributes: nil)
        } catch {
            logger.debug("the head stays optimistic: \(error)")
        }
    }
}
