public import BeaconTypes
import ChainStore
import LightClient
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

extension BeaconNode: LightClientReader {
    public func lightClientBootstrap(_ blockRoot: Root) throws -> LightClientBootstrap? {
        let view = view
        // Of other blocks nobody needs one (altair light-client/full-node): each is a state that may have to be made anew.
        guard let block = try view.block(.root(blockRoot)), block.isFinalized, try view.isEpochBoundary(block.block.message.slot) else {
            return nil
        }
        return try LightClientBootstrap(view.state(after: blockRoot).state, block.block.message, spec)
    }

    public func lightClientFinalityUpdate() throws -> LightClientFinalityUpdate? {
        guard let update = view.lightClient.latestUpdate, update.isFinalityUpdate else { return nil }
        return update.finalityUpdate
    }

    public func lightClientOptimisticUpdate() throws -> LightClientOptimisticUpdate? {
        view.lightClient.latestUpdate?.optimisticUpdate
    }

    public func lightClientUpdates(from period: UInt64, count: UInt64) throws -> [LightClientUpdate] {
        let view = view
        let current = spec.syncCommitteePeriod(at: view.head.slot)
        var result: [LightClientUpdate] = []
        var period = period
        while period <= current, UInt64(result.count) < min(count, Constant.maxRequestLightClientUpdates) {
            guard let update = try bestUpdate(period: period, view) else { break }
            result.append(update)
            period += 1
        }
        return result
    }

    /// The period's best update (`is_better_update`) on the head's branch; of finalised periods, the stored one.
    private func bestUpdate(period: UInt64, _ view: ChainView) throws -> LightClientUpdate? {
        if let update = view.lightClient.bestUpdates[period] { return update }
        return try view.archive.store.lightClientUpdate(period: period).map { try LightClientUpdate(deserializing: $0, spec) }
    }
}
