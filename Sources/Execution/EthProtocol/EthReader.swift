import NodeRecords
import Primitives
import RLP

/// Items of a message's lists, with errors of this protocol.
struct EthReader {
    private var items: RLPDecoder

    private init(_ items: RLPDecoder) { self.items = items }

    /// The items of the one list that `data` is.
    init(message data: [UInt8]) throws(EthError) {
        guard data.count <= EthLimits.messageSize else { throw .overLimit("\(EthLimits.messageSize) bytes") }
        do throws(RLPError) {
            items = try RLPDecoder.list(data, limits: EthLimits.rlp)
        } catch {
            throw .malformed(error)
        }
    }

    private mutating func read<Value>(_ body: (inout RLPDecoder) throws(RLPError) -> Value) throws(EthError) -> Value {
        do throws(RLPError) {
            return try body(&items)
        } catch {
            throw .malformed(error)
        }
    }

    var isAtEnd: Bool { items.isAtEnd }
    var nextIsList: Bool { items.nextIsList == true }

    mutating func uint64() throws(EthError) -> UInt64 { try read { (items) throws(RLPError) in try items.uint64() } }
    mutating func uint256() throws(EthError) -> UInt256 { try read { (items) throws(RLPError) in try items.uint256() } }
    mutating func hash32() throws(EthError) -> Hash32 { try read { (items) throws(RLPError) in try items.hash32() } }
    mutating func bytes() throws(EthError) -> [UInt8] { try read { (items) throws(RLPError) in try items.bytes() } }
    mutating func forkID() throws(EthError) -> ForkID { try read { (items) throws(RLPError) in try ForkID(&items) } }

    /// The next item with its prefix, which `body` reads.
    mutating func item<Value>(_ body: ([UInt8]) throws(RLPError) -> Value) throws(EthError) -> Value {
        try read { (items) throws(RLPError) in try body(Array(try items.encodedItem())) }
    }

    mutating func list() throws(EthError) -> EthReader { EthReader(try read { (items) throws(RLPError) in try items.list() }) }

    mutating func finish() throws(EthError) { try read { (items) throws(RLPError) in try items.finish() } }

    /// All items up to the end, at most `limit` of them.
    mutating func all<Value>(
        limit: Int, _ what: String, _ body: (inout EthReader) throws(EthError) -> Value
    ) throws(EthError) -> [Value] {
        var values: [Value] = []
        while !isAtEnd {
            guard values.count < limit else { throw .overLimit("\(limit) \(what)") }
            values.append(try body(&self))
        }
        return values
    }

    /// A block or a body, which `body` reads once its transactions are counted.
    ///
    /// - Parameters:
    ///   - fields: what stands before the transactions.
    ///   - left: transactions that the message may still have.
    mutating func block<Value>(
        after fields: Int, left: inout Int, _ body: ([UInt8]) throws(RLPError) -> Value
    ) throws(EthError) -> Value {
        let most = left
        let (encoded, count) = try item { (item) throws(RLPError) -> ([UInt8], Int) in
            var block = try RLPDecoder.list(item)
            for _ in 0..<fields { _ = try block.encodedItem() }
            var (transactions, count) = (try block.list(), 0)
            while !transactions.isAtEnd, count <= most {
                _ = try transactions.encodedItem()
                count += 1
            }
            return (item, count)
        }
        guard count <= most else { throw .overLimit("\(EthLimits.bodyTransactions) transactions of blocks") }
        left -= count
        do throws(RLPError) {
            return try body(encoded)
        } catch {
            throw .malformed(error)
        }
    }

    /// A bool as 0 or 1.
    mutating func bool() throws(EthError) -> Bool {
        let number = try uint64()
        guard number <= 1 else { throw .malformed(.integerTooLarge(offset: items.offset, maximumBytes: 1)) }
        return number == 1
    }

    /// EIP-2718 envelopes up to the end: a legacy transaction is a list itself, a typed one a byte string that begins with its type.
    mutating func envelopes() throws(EthError) -> [[UInt8]] {
        try all(limit: EthLimits.transactions, "transactions") { (reader) throws(EthError) in
            if reader.nextIsList { return try reader.item { (item) throws(RLPError) in item } }
            let envelope = try reader.bytes()
            guard let type = envelope.first, type <= 0x7f else { throw .malformed(.expectedList(offset: 0)) }
            return envelope
        }
    }

    mutating func hashes() throws(EthError) -> [Hash32] {
        try all(limit: EthLimits.hashes, "hashes") { (reader) throws(EthError) in try reader.hash32() }
    }
}
