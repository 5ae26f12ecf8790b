public import BeaconTypes
import ChainStore
import ForkChoice
import LightClient
import Logging
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: LightClientReader {
    public func lightClientBootstrap(_ blockRoot: Root) throws -> LightClientBootstrap? {
        guard let block = try block(.root(blockRoot)) else { return nil }
        return try LightClientBootstrap(stateAfter(blockRoot).state, block.block.message, spec)
    }

    public func lightClientFinalityUpdate() throws -> LightClientFinalityUpdate? {
        guard let update = lightClient.latestUpdate, update.isFinalityUpdate else { return nil }
        return update.finalityUpdate
    }

    public func lightClientOptimisticUpdate() throws -> LightClientOptimisticUpdate? {
        lightClient.latestUpdate?.optimisticUpdate
    }

    public func lightClientUpdates(from period: UInt64, count: UInt64) throws -> [LightClientUpdate] {
        let current = spec.syncCommitteePeriod(at: head.slot)
        var result: [LightClientUpdate] = []
        var period = period
        while period <= current, UInt64(result.count) < min(count, Constant.maxRequestLightClientUpdates) {
            guard let update = try bestUpdate(period: period) else { break }
            result.append(update)
            period += 1
        }
        return result
    }

    /// The period's best update (`is_better_update`) on the head's branch; of finalised periods, the stored one.
    private func bestUpdate(period: UInt64) throws -> LightClientUpdate? {
        if let update = lightClient.bestUpdates[period] { return update }
        return try store.lightClientUpdate(period: period).map { try LightClientUpdate(deserializing: $0, spec) }
    }

    /// Takes in an imported block. Light clients are no reason to refuse one.
    func collectLightClientData(_ block: BeaconBlock, root: Root, state: BeaconState) {
        do {
            try lightClient.add(block, root: root, state: state) { try Self.block($0, store, spec) }
        } catch {
            logger.warning("no light client data of slot \(block.slot): \(error)")
        }
    }

    /// Follows head and finality; what is final goes to the store.
    func moveLightClientData(finalizedMoved: Bool) {
        lightClient.setHead(head.root)
        guard finalizedMoved else { return }
        let final = lightClient.finalize(finalized.root)
        do {
            try store.write { batch in
                for (period, update) in final { batch.putLightClientUpdate(period: period, update.serialize(spec)) }
            }
        } catch {
            logger.warning("cannot store light client updates: \(error)")
        }
    }

    private static func block(_ root: Root, _ store: BeaconStore, _ spec: BeaconSpec) throws -> BeaconBlock? {
        try store.block(root).map { try SignedBeaconBlock(deserializing: $0, spec).message }
    }

    /// How many of the newest blocks are collected anew at a start. More than this many are not final only after a long time
    /// without finality; the best update of that time is then sought among fewer blocks.
    private static let lightClientBlocksAtStart = 128

    /// Collects anew from the blocks that are not final, on top of what the store has of the finalised ones.
    static func loadLightClient(
        forkChoice: ForkChoice, head: ChainHead, store: BeaconStore, states: StateCache, spec: BeaconSpec, logger: Logger
    ) -> LightClientCollector {
        var collector = LightClientCollector(spec)
        do {
            for node in forkChoice.nodes.suffix(lightClientBlocksAtStart) {
                guard let message = try block(node.root, store, spec) else { continue }
                let isFirst = !collector.contains(node.parentRoot)
                let best = isFirst ? try store.lightClientUpdate(period: spec.syncCommitteePeriod(at: node.slot)) : nil
                try collector.add(
                    message, root: node.root, state: loadState(after: node.root, store: store, states: states, spec: spec).state,
                    best: try best.map { try LightClientUpdate(deserializing: $0, spec) }
                ) { try block($0, store, spec) }
            }
        } catch {
            logger.warning("light client data begins anew: \(error)")
        }
        _ = collector.finalize(forkChoice.finalizedCheckpoint.root)
        collector.setHead(head.root)
        return collector
    }
}
