import ExecutionChain
import Logging
public import Primitives
import ProofOfWork
public import ServiceInterfaces
import TransactionPool

extension ExecutionNode: MiningService {
    /// What the newest payload that is not sealed yet asks for.
    public func miningWork() async -> MiningWork? {
        guard let task = buildings.last(where: { $0.search?.isRunning == true })?.search?.task,
            let epoch = try? EthashEpoch.number(ofBlock: task.number)
        else { return nil }
        return MiningWork(
            sealHash: task.sealHash, seedHash: EthashEpoch.seedHash(epoch: epoch),
            boundary: Seal.boundary(difficulty: task.difficulty) ?? .zero, number: task.number)
    }

    public nonisolated func submitSeal(_ nonce: UInt64, of sealHash: Hash32) async throws -> ShareVerdict {
        let verdict = try await judge(nonce, of: sealHash)
        await note(verdict, nonce, of: sealHash)
        return verdict
    }

    private nonisolated func judge(_ nonce: UInt64, of sealHash: Hash32) async throws -> ShareVerdict {
        guard let search = await search(sealHash), search.isRunning else { return .stale }
        let engine = sealEngine
        let isSealed = try await shares.run { _ in try engine.isSealed(search.task, nonce: nonce) }
        guard isSealed else { return .invalid }
        return search.offer(nonce) ? .accepted : .stale
    }

    private func search(_ sealHash: Hash32) -> SealWork? {
        buildings.last { $0.search?.task.sealHash == sealHash }?.search
    }

    private func note(_ verdict: ShareVerdict, _ nonce: UInt64, of sealHash: Hash32) {
        switch verdict {
        case .accepted: figures.acceptedShares += 1
        case .stale: figures.staleShares += 1
        case .invalid: figures.invalidShares += 1
        }
        logger.debug("Seal handed in", metadata: ["verdict": "\(verdict)", "work": "\(sealHash.shortHex)", "nonce": "\(nonce)"])
    }

    public func submitHashrate(_ rate: UInt64, of miner: Hash32) async {
        let now = ContinuousClock.now
        minerRates = minerRates.filter { now - $0.value.told < Self.rateLifetime }
        guard minerRates.count < Self.mostMiners || minerRates[miner] != nil else { return }
        minerRates[miner] = (rate, now)
    }

    /// Of miners that told it of late.
    var hashrateOfMiners: UInt64 {
        let now = ContinuousClock.now
        return minerRates.values.filter { now - $0.told < Self.rateLifetime }.reduce(0) { sum, entry in
            let (total, overflow) = sum.addingReportingOverflow(entry.rate)
            return overflow ? .max : total
        }
    }

    private static let rateLifetime = Duration.seconds(10)
    private static let mostMiners = 256

    public func coinbase() async -> Address? { minesFor }

    public func setSealThreads(_ count: Int?) async {
        sealThreads = max(0, min(count ?? max(1, options.sealThreads), SealWork.mostThreads))
        for building in buildings { building.search?.setThreads(sealThreads) }
        logger.notice("Threads that seal", metadata: ["count": "\(sealThreads)"])
    }

    public func setGasLimitTarget(_ gas: UInt64) async {
        gasLimitTarget = gas
        logger.notice("Gas limit target", metadata: ["gas": "\(gas)"])
    }

    public func setMinimumTip(_ wei: UInt256) async {
        pool.limits.minimumTip = wei
        logger.notice("Least tip", metadata: ["wei": "\(wei)"])
    }
}
