public import EngineTypes
public import Primitives
public import RLP

/// A header and its body.
public struct Block: Hashable, Sendable {
    public var header: BlockHeader
    /// EIP-2718 envelopes: a legacy transaction's RLP list, or a type byte and its payload.
    public var transactions: [[UInt8]]
    /// Headers of uncles; always empty since the merge.
    public var ommers: [BlockHeader]
    /// `nil` before Shanghai.
    public var withdrawals: [Withdrawal]?

    public init(
        header: BlockHeader, transactions: [[UInt8]] = [], ommers: [BlockHeader] = [], withdrawals: [Withdrawal]? = nil
    ) {
        self.header = header
        self.transactions = transactions
        self.ommers = ommers
        self.withdrawals = withdrawals
    }

    public var hash: Hash32 { header.hash }

    /// The block as networks and databases carry it: [header, transactions, ommers, withdrawals].
    public var encoded: [UInt8] {
        RLPEncoder.list { block in
            block.append(encoded: header.encoded)
            appendBody(to: &block)
        }
    }

    /// The block without its header: [transactions, ommers, withdrawals].
    public var encodedBody: [UInt8] { RLPEncoder.list { appendBody(to: &$0) } }

    private func appendBody(to encoder: inout RLPEncoder) {
        encoder.appendList { list in
            for transaction in transactions {
                // A legacy transaction is a list itself; a typed one travels as a byte string.
                if let first = transaction.first, first >= 0xc0 {
                    list.append(encoded: transaction)
                } else {
                    list.append(bytes: transaction)
                }
            }
        }
        encoder.appendList { list in for ommer in ommers { list.append(encoded: ommer.encoded) } }
        if let withdrawals {
            encoder.appendList { list in for withdrawal in withdrawals { list.append(encoded: withdrawal.encoded) } }
        }
    }

    /// The block that `encoded` is.
    public init(encoded: [UInt8]) throws(RLPError) {
        var fields = try RLPDecoder.list(encoded)
        var headerFields = try fields.list()
        header = try BlockHeader(&headerFields)
        (transactions, ommers, withdrawals) = try Self.body(&fields)
    }

    /// The block of a header and the body that `encodedBody` gave.
    public init(header: BlockHeader, encodedBody: [UInt8]) throws(RLPError) {
        var fields = try RLPDecoder.list(encodedBody)
        self.header = header
        (transactions, ommers, withdrawals) = try Self.body(&fields)
    }

    private static func body(
        _ fields: inout RLPDecoder
    ) throws(RLPError) -> (transactions: [[UInt8]], ommers: [BlockHeader], withdrawals: [Withdrawal]?) {
        var transactions: [[UInt8]] = []
        var list = try fields.list()
        while !list.isAtEnd {
            if list.nextIsList == true {
                transactions.append(Array(try list.encodedItem()))
                continue
            }
            let offset = list.offset
            let transaction = try list.bytes()
            // EIP-2718: a typed transaction begins with its type, at most 0x7f. Anything else would be written as a list.
            guard let type = transaction.first, type <= 0x7f else { throw .expectedList(offset: offset) }
            transactions.append(transaction)
        }
        var ommers: [BlockHeader] = []
        list = try fields.list()
        while !list.isAtEnd {
            var ommer = try list.list()
            ommers.append(try BlockHeader(&ommer))
        }
        guard !fields.isAtEnd else { return (transactions, ommers, nil) }
        var withdrawals: [Withdrawal] = []
        list = try fields.list()
        while !list.isAtEnd {
            var withdrawal = try list.list()
            withdrawals.append(try Withdrawal(&withdrawal))
        }
        try fields.finish()
        return (transactions, ommers, withdrawals)
    }
}
