import ExecutionChain
import Primitives
import RLP
import Transactions

extension EthMessage {
    /// Reads the data of message `code`.
    public init(_ code: UInt64, data: [UInt8], _ version: EthVersion) throws(EthError) {
        var fields = try EthReader(message: data)
        switch code {
        case 0x00: self = .status(try EthStatus(&fields, version))
        case 0x01:
            self = .newBlockHashes(
                try fields.all(limit: EthLimits.announcedBlocks, "announced blocks") { (reader) throws(EthError) in
                    var item = try reader.list()
                    let announced = BlockAnnouncement(hash: try item.hash32(), number: try item.uint64())
                    try item.finish()
                    return announced
                })
        case 0x02: self = .transactions(try fields.envelopes())
        case 0x07:
            var left = EthLimits.bodyTransactions
            let block = try fields.block(after: 1, left: &left) { (item) throws(RLPError) in try Block(encoded: item) }
            self = .newBlock(block, totalDifficulty: try fields.uint256())
        case 0x08: self = .newPooledTransactionHashes(try Self.announcements(&fields))
        case 0x11 where version >= .eth69:
            let range = try EthStatus.range(&fields)
            self = .blockRangeUpdate(range, head: try fields.hash32())
        case 0x03, 0x04, 0x05, 0x06, 0x09, 0x0a, 0x0f, 0x10:
            let id = try fields.uint64()
            var list = try fields.list()
            self = try Self.exchange(code, id, &list, version)
            try list.finish()
        default: throw .unknownMessage(code)
        }
        try fields.finish()
    }

    /// A question or an answer.
    private static func exchange(
        _ code: UInt64, _ id: UInt64, _ list: inout EthReader, _ version: EthVersion
    ) throws(EthError) -> EthMessage {
        switch code {
        case 0x03: return .getBlockHeaders(id: id, try HeaderRequest(&list))
        case 0x04:
            return .blockHeaders(
                id: id,
                try list.all(limit: EthLimits.headers, "headers") { (reader) throws(EthError) in
                    try reader.item { (item) throws(RLPError) in try BlockHeader(encoded: item) }
                })
        case 0x05: return .getBlockBodies(id: id, try list.hashes())
        case 0x06:
            var left = EthLimits.bodyTransactions
            return .blockBodies(
                id: id,
                try list.all(limit: EthLimits.hashes, "bodies") { (reader) throws(EthError) in
                    try reader.block(after: 0, left: &left) { (item) throws(RLPError) in try BlockBody(encoded: item) }
                })
        case 0x09: return .getPooledTransactions(id: id, try list.hashes())
        case 0x0a: return .pooledTransactions(id: id, try list.envelopes())
        case 0x0f: return .getReceipts(id: id, try list.hashes())
        default:
            return .receipts(
                id: id,
                try list.all(limit: EthLimits.hashes, "blocks' receipts") { (reader) throws(EthError) in
                    var block = try reader.list()
                    return try block.all(limit: EthLimits.receipts, "receipts") { (items) throws(EthError) in
                        try Receipt(&items, version)
                    }
                })
        }
    }

    private static func announcements(_ fields: inout EthReader) throws(EthError) -> [TransactionAnnouncement] {
        let types = try fields.bytes()
        guard types.count <= EthLimits.announcedTransactions else {
            throw .overLimit("\(EthLimits.announcedTransactions) announced transactions")
        }
        var (sizeList, hashList) = (try fields.list(), try fields.list())
        let sizes = try sizeList.all(limit: types.count, "sizes for as many types") { (reader) throws(EthError) in try reader.uint64() }
        let hashes = try hashList.all(limit: types.count, "hashes for as many types") { (reader) throws(EthError) in try reader.hash32() }
        guard sizes.count == types.count, hashes.count == types.count else { throw .unequalLists }
        return types.indices.map { TransactionAnnouncement(type: types[$0], size: sizes[$0], hash: hashes[$0]) }
    }
}

extension EthMessage.HeaderRequest {
    init(_ fields: inout EthReader) throws(EthError) {
        origin = try fields.item { (item) throws(RLPError) in
            var decoder = try RLPDecoder(item)
            // 33 bytes are a hash with its prefix; a number has at most nine.
            return item.count == 33 ? .hash(try decoder.hash32()) : .number(try decoder.uint64())
        }
        limit = try fields.uint64()
        skip = try fields.uint64()
        isReverse = try fields.bool()
    }
}
