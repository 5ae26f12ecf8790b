public import BeaconTypes
import ChainStore
import ForkChoice
public import Primitives
import SSZ
public import ServiceInterfaces
import StateTransition

/// Light client data that took work to find.
struct LightClientCache: Sendable {
    /// The best update of each period that is over and final.
    var updates: [UInt64: LightClientUpdate] = [:]
    /// The newest update, by the head for which it was made.
    var latest: (head: Root, update: LightClientUpdate)?
}

extension BeaconNode: LightClientReader {
    /// How many blocks back from the head a signed one is looked for.
    private static let lightClientReach = 64
    /// How many blocks of a period are tried for the best update, best first.
    private static let lightClientTries = 8

    public func lightClientBootstrap(_ blockRoot: Root) throws -> LightClientBootstrap? {
        guard let block = try block(.root(blockRoot)) else { return nil }
        return try LightClientBootstrap(stateAfter(blockRoot).state, block.block.message, spec)
    }

    public func lightClientFinalityUpdate() throws -> LightClientFinalityUpdate? {
        guard let update = try latestUpdate(), update.hasFinality else { return nil }
        return update.finalityUpdate
    }

    public func lightClientOptimisticUpdate() throws -> LightClientOptimisticUpdate? {
        try latestUpdate()?.optimisticUpdate
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

    /// The update that the newest block signed by a sync committee makes.
    private func latestUpdate() throws -> LightClientUpdate? {
        if let latest = lightClient.latest, latest.head == head.root { return latest.update }
        var root = head.root
        for _ in 0..<Self.lightClientReach {
            guard let signing = try block(.root(root)), signing.block.message.slot > 0 else { return nil }
            if isSigned(signing.block.message), let update = try update(signing: signing.block.message) {
                lightClient.latest = (head.root, update)
                return update
            }
            root = signing.block.message.parentRoot
        }
        return nil
    }

    private func isSigned(_ block: BeaconBlock) -> Bool {
        UInt64(block.body.syncAggregate.syncCommitteeBits.setCount) >= spec.preset.minSyncCommitteeParticipants
    }

    private func update(signing: BeaconBlock) throws -> LightClientUpdate? {
        guard let attested = try block(.root(signing.parentRoot)) else { return nil }
        let state = try stateAfter(signing.parentRoot).state
        // Before the first finalisation the checkpoint's root is zero and stands for genesis.
        let checkpoint = state.finalizedCheckpoint
        let finalized = checkpoint.root.isZero ? nil : try block(.root(checkpoint.root))
        return try LightClientUpdate(
            signing: signing, attested: attested.block.message, attestedState: state, finalized: finalized?.block.message, spec)
    }

    /// The period's best update: of the blocks with a two-thirds majority, then of those within the period, then of those
    /// with most signers, the earliest; the first of them with a finalised header, if any (altair
    /// `light-client/sync-protocol.md`, `is_better_update`).
    private func bestUpdate(period: UInt64) throws -> LightClientUpdate? {
        if let known = lightClient.updates[period] { return known }
        let length = spec.preset.slotsPerEpoch * spec.preset.epochsPerSyncCommitteePeriod
        let first = period * length
        var found: [(isMajority: Bool, isInside: Bool, signers: Int, block: BeaconBlock)] = []
        for slot in max(first, 1)...min(first + length, max(head.slot, 1)) where first <= head.slot {
            guard let block = try block(.slot(slot))?.block.message, isSigned(block) else { continue }
            guard let attestedSlot = try store.summary(block.parentRoot)?.slot, spec.syncCommitteePeriod(at: attestedSlot) == period
            else { continue }
            let bits = block.body.syncAggregate.syncCommitteeBits
            found.append((bits.setCount * 3 >= bits.count * 2, spec.syncCommitteePeriod(at: slot) == period, bits.setCount, block))
        }
        found.sort { a, b in
            if a.isMajority != b.isMajority { return a.isMajority }
            if a.isInside != b.isInside { return a.isInside }
            if a.signers != b.signers { return a.signers > b.signers }
            return a.block.slot < b.block.slot
        }
        var best: LightClientUpdate?
        for candidate in found.prefix(Self.lightClientTries) {
            guard let update = try update(signing: candidate.block) else { continue }
            best = best ?? update
            guard update.hasFinality else { continue }
            best = update
            break
        }
        if let best, first + length <= finalized.epoch * spec.preset.slotsPerEpoch { lightClient.updates[period] = best }
        return best
    }
}
