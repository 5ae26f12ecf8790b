import AckQuorum
import BLS
public import BeaconTypes
import Logging
import Primitives
public import ServiceInterfaces
import SlashingDetection
import StateTransition

extension Slasher {
    /// Takes in every block that the node imports, whichever branch it is on.
    func followChain(_ events: AsyncStream<BeaconEvent>) async {
        for await event in events {
            switch event {
            case .block(let root, _, _): await imported(root)
            case .head:
                await judgeKeptAcks()
                await submitWaiting()
            case .finalized: prune()
            default: break
            }
        }
    }

    /// Judges an imported block, and the votes that the node took since the block before.
    private func imported(_ root: Root) async {
        do {
            try await judge(takeQueue())
            try await takeIn(root)
        } catch {
            logger.warning("cannot take in block \(root.shortHex): \(error)")
        }
    }

    /// Judges what a block of the node holds: its attestations, its header and its certificate. The node has verified them.
    func takeIn(_ root: Root) async throws {
        guard let found = try await chain.block(.root(root)) else { return }
        let block = found.block.message
        // Blocks before a checkpoint have no state: nobody can say whose votes they hold.
        if let post = try? await chain.state(.root(root)) {
            let state = CachedBeaconState(post.state, spec: spec)
            // An attestation of a branch that this state does not know has other committees and is passed over.
            try await judge(block.body.attestations.compactMap { try? state.getIndexedAttestation($0) })
            // A branch that is not the head's has other anchors: its certificates contradict nothing here.
            if found.isCanonical { try await judge(block.body.ackCertificate, on: state) }
        }
        try await judge(found.block.signedHeader(spec))
        try blocks.record(BlockReference(slot: block.slot, root: root))
        figures.blocks += 1
    }

    /// Gathers the single votes that the node takes, until the next block.
    func followVotes(_ events: AsyncStream<OperationEvent>) async {
        for await event in events {
            guard case .singleAttestation(let vote) = event else { continue }
            queue.append(vote)
            if queue.count >= Self.queueLimit { await judgeQueue() }
        }
    }

    /// Single votes that wait at most.
    private static let queueLimit = 8192

    private func judgeQueue() async {
        do {
            try await judge(takeQueue())
        } catch {
            logger.warning("cannot take in votes: \(error)")
        }
    }

    /// The gathered votes, those that say the same aggregated: the node has verified each.
    private func takeQueue() -> [IndexedAttestation] {
        var groups: [AttestationData: [ValidatorIndex: BLSSignature]] = [:]
        for vote in queue { groups[vote.data, default: [:]][vote.attesterIndex] = vote.signature }
        queue = []
        return groups.compactMap { data, signatures in
            guard let signature = try? BLS.aggregate(Array(signatures.values)) else { return nil }
            return IndexedAttestation(attestingIndices: signatures.keys.sorted(), data: data, signature: signature)
        }
    }

    /// Records verified votes; the slashings that they complete are submitted.
    @discardableResult
    func judge(_ attestations: [IndexedAttestation]) async throws -> [AttesterSlashing] {
        let started = ContinuousClock.now
        let found = try votes.judge(attestations, currentEpoch: currentEpoch)
        figures.attestations += UInt64(attestations.count)
        figures.lastBatchSeconds = (ContinuousClock.now - started) / .seconds(1)
        for slashing in found { await report(.attester(slashing)) }
        return found
    }

    /// Records a verified header; the slashing that it completes is submitted.
    @discardableResult
    func judge(_ header: SignedBeaconBlockHeader) async throws -> ProposerSlashing? {
        guard let found = try proposals.judge(header) else { return nil }
        await report(.proposer(found))
        return found
    }

    private func prune() {
        do {
            try votes.prune(currentEpoch: currentEpoch)
            try proposals.prune(currentEpoch: currentEpoch)
            try blocks.prune(currentEpoch: currentEpoch)
            try acks.prune(currentSlot: currentSlot)
        } catch {
            logger.warning("cannot prune the slasher's database: \(error)")
        }
    }
}

extension Slasher: RefusedBlockObserver {
    /// Records the header of a block that the node refused: a second proposal is one even when it is no good. The node itself
    /// accuses who claimed an update without a valid certificate.
    public func refused(_ block: SignedBeaconBlock) async {
        do {
            try await checkProposer(block.signedHeader(spec))
            try await judge(block.signedHeader(spec))
        } catch {
            logger.debug("a refused block of slot \(block.message.slot) is no evidence: \(error)")
        }
    }
}
