import EngineTypes
import Primitives
import ServiceInterfaces
import Synchronization
import Transactions

/// What transactions paid for their places of late, and what one should offer now.
final class TipOracle: Sendable {
    /// As geth: the third of the cheapest of each of the last blocks, and of them the 60th percentile.
    private static let blocks: UInt64 = 20
    private static let samples = 3
    private static let percentile = 60

    private let chain: any ExecutionService
    /// The latest suggestion, and the head that it is for.
    private let latest = Mutex<(head: Hash32, tip: UInt256)?>(nil)

    init(chain: any ExecutionService) { self.chain = chain }

    /// Wei per unit of gas; never below what the pool takes. Worked out once for each head.
    func suggestion() async throws -> UInt256 {
        let minimum = await chain.minimumTip()
        guard let head = try await chain.block(.latest)?.payload else { return minimum }
        if let known = latest.withLock({ $0 }), known.head == head.blockHash { return known.tip }
        let tip = max(minimum, try await tip(of: head.blockNumber) ?? minimum)
        latest.withLock { $0 = (head.blockHash, tip) }
        return tip
    }

    /// What the blocks up to `head` ask for; `nil` when they are empty.
    private func tip(of head: UInt64) async throws -> UInt256? {
        var tips: [UInt256] = []
        for number in (head - min(head, Self.blocks - 1))...head {
            guard let block = try await chain.block(.number(number)) else { continue }
            tips += Self.tips(of: block.payload).sorted().prefix(Self.samples)
        }
        guard !tips.isEmpty else { return nil }
        return tips.sorted()[(tips.count - 1) * Self.percentile / 100]
    }

    /// What each of a block's transactions pays its maker per unit of gas.
    static func tips(of payload: ExecutionPayload) -> [UInt256] {
        payload.transactions.map { encoded in
            (try? Transaction(encoded: encoded))?.effectiveTip(baseFee: payload.baseFeePerGas) ?? .zero
        }
    }

    /// The tips at the given percentiles of a block's gas, as `eth_feeHistory` tells them: zeros for an empty block.
    static func rewards(of payload: ExecutionPayload, receipts: [Receipt], at percentiles: [Double]) -> [UInt256] {
        let gas = receipts.indices.map { receipts[$0].cumulativeGasUsed - ($0 > 0 ? receipts[$0 - 1].cumulativeGasUsed : 0) }
        let sorted = zip(tips(of: payload), gas).sorted { $0.0 < $1.0 }
        guard !sorted.isEmpty else { return percentiles.map { _ in .zero } }
        var (index, sum) = (0, sorted[0].1)
        return percentiles.map { percentile in
            let threshold = UInt64(Double(payload.gasUsed) * percentile / 100)
            while sum < threshold, index < sorted.count - 1 {
                index += 1
                sum += sorted[index].1
            }
            return sorted[index].0
        }
    }
}
