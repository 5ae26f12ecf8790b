import ExecutionChain
import Primitives
import RLP
import Transactions

extension EthMessage {
    /// The message's data: what stands behind its number.
    public func encoded(_ version: EthVersion) -> [UInt8] {
        RLPEncoder.list { list in
            if let requestID { list.append(requestID) }
            switch self {
            case .status(let status): status.append(to: &list, version)
            case .newBlockHashes(let blocks):
                for block in blocks {
                    list.appendList { item in
                        item.append(block.hash)
                        item.append(block.number)
                    }
                }
            case .transactions(let envelopes): Self.append(envelopes, to: &list)
            case .getBlockHeaders(_, let request): Self.append(request, to: &list)
            case .blockHeaders(_, let headers): list.appendList { inner in for header in headers { inner.append(encoded: header.encoded) } }
            case .getBlockBodies(_, let hashes), .getPooledTransactions(_, let hashes), .getReceipts(_, let hashes):
                list.appendList { inner in for hash in hashes { inner.append(hash) } }
            case .blockBodies(_, let bodies): list.appendList { inner in for body in bodies { inner.append(encoded: body.encoded) } }
            case .newBlock(let block, let difficulty):
                list.append(encoded: block.encoded)
                list.append(difficulty)
            case .newPooledTransactionHashes(let items): Self.append(items, to: &list)
            case .pooledTransactions(_, let envelopes): list.appendList { inner in Self.append(envelopes, to: &inner) }
            case .receipts(_, let blocks):
                list.appendList { inner in
                    for receipts in blocks {
                        inner.appendList { items in for receipt in receipts { receipt.append(to: &items, version) } }
                    }
                }
            case .blockRangeUpdate(let blocks, let head):
                list.append(blocks.lowerBound)
                list.append(blocks.upperBound)
                list.append(head)
            }
        }
    }

    /// A legacy transaction is a list itself; a typed one travels as a byte string.
    private static func append(_ envelopes: [[UInt8]], to list: inout RLPEncoder) {
        for envelope in envelopes {
            if let first = envelope.first, first >= 0xc0 { list.append(encoded: envelope) } else { list.append(bytes: envelope) }
        }
    }

    private static func append(_ request: HeaderRequest, to list: inout RLPEncoder) {
        list.appendList { fields in
            switch request.origin {
            case .hash(let hash): fields.append(hash)
            case .number(let number): fields.append(number)
            }
            fields.append(request.limit)
            fields.append(request.skip)
            fields.append(UInt64(request.isReverse ? 1 : 0))
        }
    }

    private static func append(_ items: [TransactionAnnouncement], to list: inout RLPEncoder) {
        list.append(bytes: items.map { item in item.type })
        list.appendList { inner in for item in items { inner.append(item.size) } }
        list.appendList { inner in for item in items { inner.append(item.hash) } }
    }
}
