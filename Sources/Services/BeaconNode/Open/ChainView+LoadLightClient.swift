import BeaconTypes
import ChainStore
import ForkChoice
import LightClient
import Logging
import Primitives
import SSZ
import StateTransition

extension ChainView {
    /// How many of the newest blocks are collected anew at a start. More than this many are not final only after a long time
    /// without finality; the best update of that time is then sought among fewer blocks.
    private static let lightClientBlocksAtStart = 128

    /// Collects anew from the blocks that are not final, on top of what the store has of the finalised ones.
    static func loadLightClient(
        forkChoice: ForkChoice, head: Root, archive: ChainArchive, logger: Logger
    ) -> LightClientCollector {
        let (spec, store) = (archive.spec, archive.store)
        var collector = LightClientCollector(spec)
        do {
            for node in forkChoice.nodes.suffix(lightClientBlocksAtStart) {
                guard let message = try archive.block(node.root)?.message else { continue }
                let isFirst = !collector.contains(node.parentRoot)
                let best = isFirst ? try store.lightClientUpdate(period: spec.syncCommitteePeriod(at: node.slot)) : nil
                try collector.add(
                    message, root: node.root, state: archive.state(after: node.root).state,
                    best: try best.map { try LightClientUpdate(deserializing: $0, spec) }
                ) { try archive.block($0)?.message }
            }
        } catch {
            logger.warning("light client data begins anew: \(error)")
        }
        _ = collector.finalize(forkChoice.finalizedCheckpoint.root)
        collector.setHead(head)
        return collector
    }
}
