import JSON
public import JSONRPCCore
import Primitives
public import ServiceInterfaces

/// Which block a method is about: a tag, a height, a hash, or an EIP-1898 object.
public struct BlockParameter: Hashable, Sendable {
    public var id: ExecutionBlockID
    /// EIP-1898: refuse a block outside the canonical chain.
    public var requiresCanonical: Bool

    public init(_ id: ExecutionBlockID, requiresCanonical: Bool = false) {
        self.id = id
        self.requiresCanonical = requiresCanonical
    }
}

extension RPCParameters {
    /// A tag or a height, as `eth_getBlockByNumber` takes it.
    public func blockNumber(_ index: Int) throws(RPCError) -> ExecutionBlockID {
        let value = try required(index)
        guard let text = value.string else { throw Self.invalid(index, "expected a block number or tag, found \(value.kind)") }
        return try Self.blockNumber(text, argument: index)
    }

    /// A tag, a height, a hash or an EIP-1898 object; the latest block when absent.
    public func blockNumberOrHash(_ index: Int) throws(RPCError) -> BlockParameter {
        guard let value = optional(index) else { return BlockParameter(.latest) }
        switch value {
        case .string(let text) where text.utf8.count == 66: return BlockParameter(.hash(try Self.hash(text, argument: index)))
        case .string(let text): return BlockParameter(try Self.blockNumber(text, argument: index))
        case .object: return try Self.eip1898(value, argument: index)
        default: throw Self.invalid(index, "expected a block number, tag, hash or object, found \(value.kind)")
        }
    }

    private static func eip1898(_ value: JSONValue, argument index: Int) throws(RPCError) -> BlockParameter {
        switch (value["blockHash"], value["blockNumber"]) {
        case (.some, .some): throw invalid(index, "cannot specify both BlockHash and BlockNumber, choose one or the other")
        case (.string(let text)?, nil):
            let requiresCanonical = value["requireCanonical"] ?? false
            guard let flag = requiresCanonical.bool else { throw invalid(index, "requireCanonical must be a boolean") }
            return BlockParameter(.hash(try hash(text, argument: index)), requiresCanonical: flag)
        case (nil, .string(let text)?): return BlockParameter(try blockNumber(text, argument: index))
        default: throw invalid(index, "expected blockHash or blockNumber as a string")
        }
    }

    private static func blockNumber(_ text: String, argument index: Int) throws(RPCError) -> ExecutionBlockID {
        switch text {
        case "earliest": .earliest
        // The node keeps no block between the head and the one being sealed.
        case "latest", "pending": .latest
        case "safe": .safe
        case "finalized": .finalized
        default: .number(try quantity(text, argument: index))
        }
    }
}
