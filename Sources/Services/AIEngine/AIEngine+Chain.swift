import SSZ
import LearningStore
import Logging
import BeaconTypes
import Primitives
import ServiceInterfaces

extension AIEngine {
    /// Follows head and finality: what became of each update, and which adapters are still needed.
    func followChain() async {
        let events = await node.events()
        if let head = try? await node.state(.head) { await headMoved(head.state.learning, block: nil, slot: head.state.slot) }
        if let final = try? await node.state(.finalized) { await finalityMoved(final.state.learning) }
        for await event in events {
            switch event {
            case .head(let root, let slot, _, let learning): await headMoved(learning, block: root, slot: slot)
            case .finalized(_, _, _, let learning): await finalityMoved(learning)
            case .block(let root, _): await noteFiles(ofBlock: root)
            case .chainReorg, .fastConfirmation, .payloadAttributes: break
            }
        }
    }

    private func headMoved(_ learning: LearningState, block: Hash32?, slot: Slot) async {
        let isNewUpdate = learning.updateCount > headUpdateCount
        headRoot = learning.adapterRoot
        headUpdateCount = learning.updateCount
        guard isNewUpdate, let block, let id = lastUpdateID(learning), let chainBlock = try? await node.block(.root(block)) else { return }
        amend(id) { summary in
            summary.status = .included
            summary.blockRoot = block.hex
            summary.blockSlot = slot
            summary.executionBlockHash = chainBlock.block.message.body.executionPayload.blockHash.hex
        }
        let summary = summary(id)
        logger.info(
            "Update included",
            metadata: [
                "update": "\(id.shortHex)", "slot": "\(slot)", "count": "\(learning.updateCount)",
                "loss": "\(summary?.lossAfter.map { "\($0)" } ?? "?")",
            ])
    }

    private func finalityMoved(_ learning: LearningState) async {
        finalizedRoot = learning.adapterRoot
        for id in recentUpdateIDs(learning) {
            guard let summary = summary(id), summary.status != .finalized else { continue }
            amend(id) { $0.status = .finalized }
            logger.info("Update finalised", metadata: ["update": "\(id.shortHex)", "adapter": "\(learning.adapterRoot.shortHex)"])
        }
        forgetAdapters()
    }

    /// Forgets adapters that the chain has passed by: all but genesis, finalised, head, and those still voted on.
    func forgetAdapters() {
        var needed: Set<Hash32> = [finalizedRoot, headRoot]
        for summary in updates(limit: 64) where summary.status == .pending || summary.status == .valid || summary.status == .included {
            if let root = summary.adapterRoot.flatMap({ try? Hash32(hex: $0) }) { needed.insert(root) }
            if let root = summary.parentAdapterRoot.flatMap({ try? Hash32(hex: $0) }) { needed.insert(root) }
        }
        do {
            try store.keepOnly(needed.union([genesisAdapterRoot]).union(keptLately.map(\.root)))
        } catch {
            logger.warning("cannot forget old adapters: \(error)")
        }
    }

    private func lastUpdateID(_ learning: LearningState) -> Hash32? { recentUpdateIDs(learning).last }

    /// The last accepted update ids that the state remembers, oldest first.
    private func recentUpdateIDs(_ learning: LearningState) -> [Hash32] {
        let ring = UInt64(learning.recentUpdateIds.count)
        guard ring > 0 else { return [] }
        let first = learning.updateCount > ring ? learning.updateCount - ring : 0
        return (first..<learning.updateCount).map { learning.recentUpdateIds[Int($0 % ring)] }
    }
}
