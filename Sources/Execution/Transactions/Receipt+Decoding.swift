public import EVM
public import Primitives
public import RLP

extension Receipt {
    /// Reads an EIP-2718 envelope: a legacy receipt's RLP list, or a type byte and its list.
    public init(encoded: [UInt8]) throws(RLPError) {
        var (kind, list) = (Transaction.Kind.legacy, encoded)
        if let first = encoded.first, first < 0xc0 {
            guard let typed = Transaction.Kind(rawValue: first), typed != .legacy else { throw .expectedList(offset: 0) }
            (kind, list) = (typed, Array(encoded.dropFirst()))
        }
        var fields = try RLPDecoder.list(list)
        let outcome = try Self.outcome(&fields)
        let gas = try fields.uint64()
        // The filter follows from the logs.
        let _: FixedBytes<256> = try fields.fixedBytes()
        var logs: [Log] = []
        var items = try fields.list()
        while !items.isAtEnd {
            var item = try items.list()
            logs.append(try Log(&item))
        }
        try fields.finish()
        self.init(kind: kind, outcome: outcome, cumulativeGasUsed: gas, logs: logs)
    }

    private static func outcome(_ fields: inout RLPDecoder) throws(RLPError) -> Outcome {
        let offset = fields.offset
        let first = try fields.slice()
        if let root = Hash32(first) { return .stateRoot(root) }
        guard first.isEmpty || Array(first) == [1] else { throw .wrongLength(offset: offset, expected: 32, actual: first.count) }
        return .status(!first.isEmpty)
    }

    /// A block's receipts as one RLP list of envelopes, as the database holds them.
    public static func encode(_ receipts: [Receipt]) -> [UInt8] {
        RLPEncoder.list { list in for receipt in receipts { list.append(bytes: receipt.encoded) } }
    }

    /// What `encode` was given.
    public static func list(encoded: [UInt8]) throws(RLPError) -> [Receipt] {
        var receipts: [Receipt] = []
        var list = try RLPDecoder.list(encoded)
        while !list.isAtEnd { receipts.append(try Receipt(encoded: try list.bytes())) }
        return receipts
    }
}

extension Log {
    init(_ item: inout RLPDecoder) throws(RLPError) {
        let address = try item.address()
        var topics: [Hash32] = []
        var list = try item.list()
        while !list.isAtEnd { topics.append(try list.hash32()) }
        self.init(address: address, topics: topics, data: try item.bytes())
        try item.finish()
    }
}
