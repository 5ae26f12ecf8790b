import EngineTypes
import Primitives
import ServiceInterfaces
import Transactions

/// What transactions paid for their places of late, and what one should offer now.
struct TipOracle {
    /// As geth: the third of the cheapest of each of the last blocks, and of them the 60th percentile.
    private static let blocks: UInt64 = 20
    private static let samples = 3
    private static let percentile = 60

    let chain: any ExecutionService

    /// Wei per unit of gas; never below what the pool takes.
    func suggestion() async throws -> UInt256 {
        let minimum = await chain.minimumTip()
        guard let head = try await chain.block(.latest)?.payload.blockNumber else { return minimum }
        var tips: [UInt256] = []
        for number in (head - min(head, Self.blocks - 1))...head {
            guard let block = try await chain.block(.number(number)) else { continue }
            tips += Self.tips(of: block.payload).sorted().prefix(Self.samples)
        }
        guard !tips.isEmpty else { return minimum }
        return max(minimum, tips.sorted()[(tips.count - 1) * Self.percentile / 100])
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
