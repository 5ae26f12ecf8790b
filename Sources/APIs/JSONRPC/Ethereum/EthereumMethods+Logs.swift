import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

extension EthereumMethods {
    /// Blocks that one search for logs covers.
    static let logRange: UInt64 = 100_000
    /// Logs that one answer holds.
    static let longestLogs = 10_000

    /// Logs, and filters that are asked again for what is new.
    func registerLogMethods(in dispatcher: inout RPCDispatcher) {
        let filters = FilterTable(lifetime: filterLifetime)
        dispatcher.register("eth_getLogs") { parameters in
            try parameters.expect(atMost: 1)
            return try await logs(LogQuery(try parameters.required(0)))
        }
        dispatcher.register("eth_newFilter") { parameters in
            try parameters.expect(atMost: 1)
            return .string(filters.add(.logs(try LogQuery(try parameters.required(0))), height: try await height()))
        }
        dispatcher.register("eth_newBlockFilter") { parameters in
            try parameters.expect(atMost: 0)
            return .string(filters.add(.blocks, height: try await height()))
        }
        dispatcher.register("eth_newPendingTransactionFilter") { parameters in
            try parameters.expect(atMost: 1)
            return .string(filters.add(.transactions, height: 0, told: await waiting()))
        }
        dispatcher.register("eth_uninstallFilter") { parameters in
            try parameters.expect(atMost: 1)
            return .bool(filters.remove(try parameters.string(0)))
        }
        dispatcher.register("eth_getFilterLogs") { parameters in
            try parameters.expect(atMost: 1)
            guard case .logs(let query)? = filters.kind(try parameters.string(0)) else { throw RPCError.server("filter not found") }
            return try await logs(query)
        }
        dispatcher.register("eth_getFilterChanges") { parameters in
            try parameters.expect(atMost: 1)
            let id = try parameters.string(0)
            switch filters.kind(id) {
            case nil: throw RPCError.server("filter not found")
            case .transactions: return .array(filters.take(id, waiting: await waiting()).map { .data($0) })
            case .blocks: return try await newBlocks(filters, id)
            case .logs(let query): return try await newLogs(query, filters, id)
            }
        }
        for name in ["eth_subscribe", "eth_unsubscribe"] { dispatcher.register(name) { _ in throw RPCError.noNotifications } }
    }

    private func height() async throws -> UInt64 { try await chain.block(.latest)?.payload.blockNumber ?? 0 }

    /// Hashes of the pool's pending transactions.
    private func waiting() async -> [Hash32] { await chain.poolContent().pending.values.flatMap { $0.map(\.hash) } }

    private func newBlocks(_ filters: FilterTable, _ id: String) async throws -> JSONValue {
        let head = try await height()
        guard let seen = filters.take(id, height: head), seen < head else { return [] }
        var hashes: [JSONValue] = []
        for number in max(seen + 1, head - min(head, FilterTable.longestAnswer - 1))...head {
            if let block = try await chain.block(.number(number)) { hashes.append(.data(block.payload.blockHash)) }
        }
        return .array(hashes)
    }

    private func newLogs(_ query: LogQuery, _ filters: FilterTable, _ id: String) async throws -> JSONValue {
        let head = try await height()
        guard let seen = filters.height(id), seen < head else { return [] }
        let first = max(try await number(query.first, else: 0), seen + 1)
        let last = min(try await number(query.last, else: head), head)
        let found = first <= last ? try await logs(query.filter, in: first...last) : []
        // What could not be told is told next time.
        _ = filters.take(id, height: head)
        return found
    }

    private func logs(_ query: LogQuery) async throws -> JSONValue {
        if let hash = query.block {
            guard let found = try await chain.logs(query.filter, of: hash) else { throw RPCError.server("unknown block") }
            return .array(found.map { LogObject.json($0) })
        }
        let head = try await height()
        let last = try await number(query.last, else: head)
        let first = try await number(query.first, else: head)
        guard first <= last else { throw RPCError.invalidParameters("invalid block range params") }
        guard last <= head else { throw RPCError.invalidParameters("block range extends beyond current head block") }
        return try await logs(query.filter, in: first...last)
    }

    private func logs(_ filter: LogFilter, in blocks: ClosedRange<UInt64>) async throws -> JSONValue {
        guard blocks.upperBound - blocks.lowerBound < Self.logRange else {
            throw RPCError.invalidParameters(
                "block range too large: \(blocks.upperBound - blocks.lowerBound + 1) blocks, at most \(Self.logRange)")
        }
        let found = try await chain.logs(filter, in: blocks, limit: Self.longestLogs)
        guard found.count <= Self.longestLogs else {
            throw RPCError.invalidParameters("query returned more than \(Self.longestLogs) results: ask for fewer blocks")
        }
        return .array(found.map { LogObject.json($0) })
    }

    /// The number that a bound of a range stands for now.
    private func number(_ id: ExecutionBlockID?, else other: UInt64) async throws -> UInt64 {
        switch id {
        case nil: return other
        case .number(let number): return number
        case .some(let id):
            guard let block = try await chain.block(id) else { throw RPCError.server("header not found") }
            return block.payload.blockNumber
        }
    }
}
