import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces
import Transactions

/// What `eth_getLogs` and `eth_newFilter` ask for.
struct LogQuery: Sendable, Hashable {
    /// Addresses, topics, and alternatives of one topic, as Geth counts them.
    private static let longestList = 1000
    private static let mostTopics = 4

    var filter = LogFilter()
    /// One block alone; the range does not count then.
    var block: Hash32?
    var first: ExecutionBlockID?
    var last: ExecutionBlockID?

    /// Throws `RPCError`, untyped: optimised builds lose a typed error that stands beside a large value.
    init(_ value: JSONValue) throws {
        guard value.object != nil else { throw RPCParameters.invalid(0, "expected a filter object, found \(value.kind)") }
        first = try Self.bound(value["fromBlock"])
        last = try Self.bound(value["toBlock"])
        if let hash = value["blockHash"], !hash.isNull {
            guard first == nil, last == nil else {
                throw RPCParameters.invalid(0, "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other")
            }
            block = try RPCParameters([hash]).hash(0)
        }
        if case .number(let first)? = first, case .number(let last)? = last, first > last {
            throw RPCError.invalidParameters("invalid block range params")
        }
        filter = LogFilter(addresses: try Self.addresses(value["address"]), topics: try Self.topics(value["topics"]))
    }

    private static func bound(_ value: JSONValue?) throws(RPCError) -> ExecutionBlockID? {
        guard let value, !value.isNull else { return nil }
        return try RPCParameters([value]).blockNumber(0)
    }

    private static func addresses(_ value: JSONValue?) throws(RPCError) -> [Address] {
        guard let value, !value.isNull else { return [] }
        let list = value.array ?? [value]
        guard list.count <= longestList else { throw .invalidParameters("exceed max addresses: \(list.count), at most \(longestList)") }
        var addresses: [Address] = []
        for element in list { addresses.append(try RPCParameters([element]).address(0)) }
        return addresses
    }

    private static func topics(_ value: JSONValue?) throws(RPCError) -> [[Hash32]] {
        guard let value, !value.isNull else { return [] }
        guard let list = value.array else { throw RPCParameters.invalid(0, "topics must be an array, found \(value.kind)") }
        guard list.count <= mostTopics else { throw .invalidParameters("exceed max topics: \(list.count), at most \(mostTopics)") }
        var topics: [[Hash32]] = []
        for place in list { topics.append(try alternatives(place)) }
        return topics
    }

    /// `null` stands for any topic, alone or among others.
    private static func alternatives(_ place: JSONValue) throws(RPCError) -> [Hash32] {
        let list = place.array ?? [place]
        guard list.count <= longestList else { throw .invalidParameters("exceed max topics: \(list.count), at most \(longestList)") }
        guard !list.contains(.null) else { return [] }
        var hashes: [Hash32] = []
        for element in list { hashes.append(try RPCParameters([element]).hash(0)) }
        return hashes
    }
}
