import ExecutionChain
import Primitives
public import ServiceInterfaces
import TransactionPool

extension ExecutionNode: MetricsSource {
    /// What came of searches for seals, and of those that other processes handed in.
    public var sealing: SealingSummary {
        SealingSummary(
            found: figures.sealedBlocks, abandoned: figures.abandonedSeals, accepted: figures.acceptedShares, stale: figures.staleShares,
            invalid: figures.invalidShares)
    }

    public func metrics() async -> [MetricSample] {
        let finalized = finalizedHash.flatMap { try? chain.header($0)?.number } ?? 0
        return [
            MetricSample("chain_head_block", Double(head.header.number), help: "Number of the execution chain's head."),
            MetricSample("chain_head_finalized", Double(finalized), help: "Number of the last finalised execution block."),
            MetricSample("polai_execution_difficulty", Double("\(head.header.difficulty)") ?? 0, help: "Difficulty of the head's seal."),
            MetricSample(
                "polai_execution_imported_blocks_total", Double(figures.importedBlocks), kind: .counter, help: "Payloads imported."),
            MetricSample(
                "polai_execution_invalid_payloads_total", Double(figures.invalidPayloads), kind: .counter, help: "Payloads refused."),
            MetricSample("txpool_pending", Double(pool.pendingCount), help: "Transactions that the next block could take."),
            MetricSample("txpool_queued", Double(pool.count - pool.pendingCount), help: "Transactions that wait for others."),
            MetricSample("polai_seal_found_total", Double(figures.sealedBlocks), kind: .counter, help: "Seals found."),
            MetricSample(
                "polai_seal_abandoned_total", Double(figures.abandonedSeals), kind: .counter,
                help: "Searches given up for a newer fork choice."),
            MetricSample("polai_seal_attempts_total", Double(figures.sealAttempts), kind: .counter, help: "Nonces tried."),
            MetricSample(
                "polai_seal_shares_accepted_total", Double(figures.acceptedShares), kind: .counter,
                help: "Seals of miners of other processes that were used."),
            MetricSample(
                "polai_seal_shares_stale_total", Double(figures.staleShares), kind: .counter, help: "Seals of theirs that came too late."),
            MetricSample(
                "polai_seal_shares_stale_ratio", sealing.staleShare ?? 0, help: "Share of their seals that came too late, 0 to 1."),
            MetricSample(
                "polai_seal_shares_invalid_total", Double(figures.invalidShares), kind: .counter, help: "Seals of theirs that are none."),
            MetricSample("polai_seal_seconds", figures.lastSealSeconds, help: "Duration of the latest successful search."),
            MetricSample("polai_seal_hashes_per_second", figures.hashesPerSecond, help: "Speed of the latest successful search."),
        ]
    }
}
