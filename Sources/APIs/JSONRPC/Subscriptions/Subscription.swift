import JSON
import JSONRPCCore
import ServiceInterfaces
import Transactions

/// What a client wants to be told of.
struct Subscription: Sendable {
    enum Kind: Sendable {
        case heads
        /// Logs of blocks from `first` to `last`; both are open where `nil`.
        case logs(LogSearch, first: UInt64?, last: UInt64?)
        case pendingTransactions(full: Bool)
        case syncing
    }

    let kind: Kind

    /// The parameters of `eth_subscribe`, with geth's refusals.
    init(_ parameters: RPCParameters) throws {
        guard let name = parameters.optional(0) else { throw RPCError.invalidParameters("expected subscription name as first argument") }
        switch name.string {
        case "newHeads":
            try parameters.expect(atMost: 1)
            kind = .heads
        case "logs":
            try parameters.expect(atMost: 2)
            kind = try Self.logs(parameters.optional(1))
        case "newPendingTransactions":
            try parameters.expect(atMost: 2)
            kind = .pendingTransactions(full: parameters.optional(1) == nil ? false : try parameters.bool(1))
        case "syncing":
            try parameters.expect(atMost: 1)
            kind = .syncing
        case .some(let name): throw RPCError(code: -32601, message: "no \"\(name)\" subscription in eth namespace")
        case nil: throw RPCError.invalidParameters("non-string subscription name")
        }
    }

    private static func logs(_ value: JSONValue?) throws -> Kind {
        guard let value else { return .logs(LogSearch(LogFilter()), first: nil, last: nil) }
        let query = try LogQuery(value)
        guard query.block == nil else { throw RPCError.invalidParameters("a subscription has no blockHash: it tells of blocks to come") }
        return .logs(LogSearch(query.filter), first: try bound(query.first), last: try bound(query.last))
    }

    /// A height from which or up to which blocks count, whenever they come.
    private static func bound(_ id: ExecutionBlockID?) throws(RPCError) -> UInt64? {
        switch id {
        case nil, .latest: nil
        case .number(let number): number
        default: throw .invalidParameters("invalid block range params")
        }
    }
}
