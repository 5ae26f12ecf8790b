import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// Logs, of which there are none while no code runs, and filters that are asked again for what is new.
    func registerLogMethods(in dispatcher: inout RPCDispatcher) {
        let filters = FilterTable()
        dispatcher.register("eth_getLogs") { parameters in
            try parameters.expect(atMost: 1)
            try await checkLogFilter(try parameters.required(0))
            return []
        }
        dispatcher.register("eth_newFilter") { parameters in
            try parameters.expect(atMost: 1)
            try await checkLogFilter(try parameters.required(0))
            return .string(filters.add(.logs, height: 0))
        }
        dispatcher.register("eth_newBlockFilter") { parameters in
            try parameters.expect(atMost: 0)
            return .string(filters.add(.blocks, height: try await height()))
        }
        dispatcher.register("eth_newPendingTransactionFilter") { parameters in
            try parameters.expect(atMost: 1)
            return .string(filters.add(.transactions, height: 0))
        }
        dispatcher.register("eth_uninstallFilter") { parameters in
            try parameters.expect(atMost: 1)
            return .bool(filters.remove(try parameters.string(0)))
        }
        dispatcher.register("eth_getFilterLogs") { parameters in
            try parameters.expect(atMost: 1)
            guard case (.logs, _)? = filters.take(try parameters.string(0), height: 0) else { throw RPCError.server("filter not found") }
            return []
        }
        dispatcher.register("eth_getFilterChanges") { parameters in
            try parameters.expect(atMost: 1)
            let head = try await height()
            guard let (kind, seen) = filters.take(try parameters.string(0), height: head) else { throw RPCError.server("filter not found") }
            guard kind == .blocks, seen < head else { return [] }
            var hashes: [JSONValue] = []
            for number in max(seen + 1, head - min(head, FilterTable.longestAnswer - 1))...head {
                if let block = try await chain.block(.number(number)) { hashes.append(.data(block.payload.blockHash)) }
            }
            return .array(hashes)
        }
        for name in ["eth_subscribe", "eth_unsubscribe"] { dispatcher.register(name) { _ in throw RPCError.noNotifications } }
    }

    private func height() async throws -> UInt64 { try await chain.block(.latest)?.payload.blockNumber ?? 0 }

    private func checkLogFilter(_ filter: JSONValue) async throws {
        guard filter.object != nil else { throw RPCParameters.invalid(0, "expected a filter object, found \(filter.kind)") }
        let range = [filter["fromBlock"], filter["toBlock"]]
        if let text = filter["blockHash"]?.string {
            guard range.allSatisfy({ $0?.isNull ?? true }) else {
                throw RPCError.invalidParameters(
                    "invalid argument 0: cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other")
            }
            guard try await chain.block(.hash(try RPCParameters.hash(text, argument: 0))) != nil else {
                throw RPCError.server("unknown block")
            }
        }
        var heights: [UInt64?] = []
        for bound in range {
            let id = try bound.flatMap { $0.isNull ? nil : $0 }.map { try RPCParameters([$0]).blockNumber(0) }
            if case .number(let number)? = id { heights.append(number) } else { heights.append(nil) }
        }
        if let first = heights[0], let last = heights[1], first > last { throw RPCError.invalidParameters("invalid block range params") }
        let addresses = filter["address"].map { $0.array ?? [$0] } ?? []
        for address in addresses where !address.isNull { _ = try RPCParameters([address]).address(0) }
        for topic in filter["topics"]?.array ?? [] {
            for alternative in topic.array ?? [topic] where !alternative.isNull { _ = try RPCParameters([alternative]).hash(0) }
        }
    }
}
