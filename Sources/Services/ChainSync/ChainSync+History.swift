public import BeaconTypes
import Logging
import Primitives
public import ServiceInterfaces

/// The blocks before the checkpoint that a node began with.
extension ChainSync {
    /// Blocks of the history in a row that cannot be taken here, before it is prepared anew.
    private static let localFailureLimit = 5

    /// Fetches what is missing of them, once; what is here already is not fetched again.
    public func fetchHistory(_ history: any HistoryTaking) async throws {
        try await history.prepareHistory()
        if let missing = try await history.missingHistory() {
            do {
                try await backfill(into: history, missing)
            } catch ChainSyncError.unrelated(let why) where missing.lowerBound > 1 {
                // What is here is of a branch that the checkpoint does not follow: nothing links to it.
                logger.debug("the history is fetched from its beginning: \(why)")
                try await backfill(into: history, 1..<missing.upperBound)
            }
        }
        guard try await history.missingHistory() == nil else {
            throw ChainSyncError.incomplete("the blocks before the checkpoint are not all here")
        }
        try await history.settleHistory()
    }

    /// Fetches the history, trying again until it is here or the task is cancelled.
    public func completeHistory(_ history: any HistoryTaking) async {
        var (failures, told): (Int, String?) = (0, nil)
        while !Task.isCancelled {
            do {
                return try await fetchHistory(history)
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                let reason = "\(error)"
                // Peers come after the start, and a pause or two is no news.
                logger.log(level: told != reason && failures > 3 ? .warning : .debug, "The history is not here yet: \(reason)")
                if failures > 3 { told = reason }
            }
            guard (try? await Task.sleep(for: .seconds(setting.range.pause(after: failures)))) != nil else { return }
        }
    }

    /// Brings the blocks of these slots and the one after them, the checkpoint's own, into `history`.
    private func backfill(into history: any BlockImporting, _ missing: Range<Slot>) async throws {
        let last = missing.upperBound
        let heads = await statuses().filter { $0.value.headSlot >= last }.mapValues { _ in last }
        guard !heads.isEmpty else { throw ChainSyncError.noSource("none has the blocks up to slot \(last)") }
        logger.info(
            "Fetching the blocks before the checkpoint",
            metadata: ["from": "\(missing.lowerBound)", "through": "\(last)", "sources": "\(heads.count)"])
        // Where the blocks that are held are of another branch, nobody's follow them. Where the execution layer cannot take the next
        // one, it may have lost the last ones: the history is prepared anew before the next run.
        let forgiven: SourceFault? = missing.lowerBound > 1 ? .unrelatedChain : nil
        let run = run(history, .checkpoint, forgiven: forgiven, localFailureLimit: Self.localFailureLimit)
        try await run.run(from: missing.lowerBound, through: last, heads: heads)
    }
}
