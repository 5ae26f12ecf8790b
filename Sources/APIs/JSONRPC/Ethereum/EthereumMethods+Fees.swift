import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// Blocks that one `eth_feeHistory` covers, as in geth.
    private static let historyLimit: UInt64 = 1024

    /// Fees: what blocks asked for, and what transactions offered on top.
    func registerFeeMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_maxPriorityFeePerGas") { parameters in
            try parameters.expect(atMost: 0)
            return .quantity(try await tips.suggestion())
        }
        dispatcher.register("eth_blobBaseFee") { parameters in
            try parameters.expect(atMost: 0)
            guard let head = try await chain.block(.latest) else { throw RPCError.server("header not found") }
            return .quantity(head.blobBaseFee)
        }
        dispatcher.register("eth_baseFee") { parameters in
            try parameters.expect(atMost: 0)
            guard let head = try await chain.wholeBlock(.latest) else { throw RPCError.server("header not found") }
            return .quantity(chain.rules.nextBaseFee(after: head.header))
        }
        dispatcher.register("eth_feeHistory") { parameters in
            try parameters.expect(atMost: 3)
            let count = min(try parameters.index(0), Self.historyLimit)
            let newest = try parameters.blockNumber(1)
            return try await feeHistory(count: count, newest: newest, percentiles: try Self.percentiles(parameters.optional(2)))
        }
    }

    private static func percentiles(_ value: JSONValue?) throws(RPCError) -> [Double]? {
        guard let value else { return nil }
        guard let list = value.array else { throw RPCParameters.invalid(2, "expected an array of percentiles, found \(value.kind)") }
        guard list.count <= 100 else { throw .invalidParameters("over the query limit 100") }
        var percentiles: [Double] = []
        for (index, element) in list.enumerated() {
            guard let number = Double(element.description), ((percentiles.last ?? 0)...100).contains(number) else {
                throw .invalidParameters("invalid reward percentile: #\(index): \(element.description)")
            }
            percentiles.append(number)
        }
        return percentiles.isEmpty ? nil : percentiles
    }

    private func feeHistory(count: UInt64, newest: ExecutionBlockID, percentiles: [Double]?) async throws -> JSONValue {
        guard let head = try await chain.block(.latest) else { throw RPCError.server("header not found") }
        guard let last = try await chain.block(newest) else {
            throw RPCError.server("request beyond head block: head \(head.payload.blockNumber)")
        }
        guard count > 0 else { return ["oldestBlock": "0x0", "gasUsedRatio": []] }
        let end = last.payload.blockNumber
        let first = end + 1 - min(count, end + 1)
        var (fees, ratios, rewards): ([JSONValue], [JSONValue], [JSONValue]) = ([], [], [])
        var (blobFees, blobRatios): ([JSONValue], [JSONValue]) = ([], [])
        for number in first...end {
            guard let block = try await chain.block(.number(number)) else { throw RPCError.server("header not found") }
            let payload = block.payload
            if let percentiles {
                let receipts = payload.transactions.isEmpty ? [] : try await receipts(of: block)
                rewards.append(.array(TipOracle.rewards(of: payload, receipts: receipts, at: percentiles).map { .quantity($0) }))
            }
            fees.append(.quantity(payload.baseFeePerGas))
            ratios.append(.number(String(Double(payload.gasUsed) / Double(max(payload.gasLimit, 1)))))
            let isCancun = block.fork >= .cancun
            let most = isCancun ? chain.rules.blobLimits(under: block.fork).maximum << 17 : 0
            blobFees.append(.quantity(isCancun ? block.blobBaseFee : .zero))
            blobRatios.append(.number(most == 0 || payload.blobGasUsed == 0 ? "0" : "\(Double(payload.blobGasUsed) / Double(most))"))
        }
        let (next, nextBlob) = nextFees(after: last)
        var members: [JSONValue.Member] = [.init("oldestBlock", .quantity(first))]
        if percentiles != nil { members.append(.init("reward", .array(rewards))) }
        members += [
            .init("baseFeePerGas", .array(fees + [.quantity(next)])), .init("gasUsedRatio", .array(ratios)),
            .init("baseFeePerBlobGas", .array(blobFees + [.quantity(nextBlob)])), .init("blobGasUsedRatio", .array(blobRatios)),
        ]
        return .object(members)
    }

    /// The fees of the block after `block`, if it comes under the same rules; zero for those that the rules do not know.
    private func nextFees(after block: ExecutionBlock) -> (base: UInt256, blob: UInt256) {
        let (payload, rules) = (block.payload, chain.rules)
        var header = BlockHeader(
            number: payload.blockNumber, gasLimit: payload.gasLimit, gasUsed: payload.gasUsed, timestamp: payload.timestamp,
            blobGasUsed: payload.blobGasUsed, excessBlobGas: payload.excessBlobGas)
        if block.fork >= .london { header.baseFeePerGas = payload.baseFeePerGas }
        let fork = rules.fork(number: payload.blockNumber &+ 1, timestamp: payload.timestamp)
        let base = fork >= .london ? rules.nextBaseFee(after: header) : .zero
        guard fork >= .cancun else { return (base, .zero) }
        let next = BlockHeader(
            number: payload.blockNumber &+ 1, timestamp: payload.timestamp, excessBlobGas: rules.nextExcessBlobGas(after: header, fork))
        return (base, rules.blobBaseFee(next))
    }
}
