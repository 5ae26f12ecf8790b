import BlockingWork
import ChainStore
import ExecutionChain
public import Primitives
public import ServiceInterfaces
public import Transactions

extension ExecutionNode: TransactionReader {
    public nonisolated func place(of transaction: Hash32) async throws -> (block: Hash32, index: UInt64)? {
        try chain.store.place(of: transaction).map { ($0.block, $0.index) }
    }

    public nonisolated func receipts(of block: Hash32) async throws -> [Receipt]? { try chain.receipts(block) }

    public nonisolated func logs(_ filter: LogFilter, in blocks: ClosedRange<UInt64>, limit: Int) async throws -> [FoundLog] {
        let (chain, search) = (chain, LogSearch(filter))
        return try await readers.run { cancellation in
            var found: [FoundLog] = []
            for number in blocks where !cancellation.isSet {
                guard let hash = try chain.store.canonicalHash(number) else { break }
                found += try chain.logs(search, of: hash) ?? []
                guard found.count <= limit else { break }
            }
            return found
        }
    }

    public nonisolated func logs(_ filter: LogFilter, of block: Hash32) async throws -> [FoundLog]? {
        try chain.logs(LogSearch(filter), of: block)
    }
}

extension StoredChain {
    /// A block's receipts; `nil` for a block that is not here or was not executed here.
    func receipts(_ hash: Hash32) throws -> [Receipt]? {
        if let encoded = try store.receipts(hash) {
            do {
                return try Receipt.list(encoded: encoded)
            } catch {
                throw ExecutionNodeError.damagedDatabase("receipts of \(hash): \(error)")
            }
        }
        guard let header = try header(hash) else { return nil }
        return header.transactionsRoot == BlockRoots.emptyTrie ? [] : nil
    }

    /// A block's logs that match; `nil` for a block that is not here.
    func logs(_ search: LogSearch, of hash: Hash32) throws -> [FoundLog]? {
        guard let header = try header(hash) else { return nil }
        guard search.mayMatch(header.logsBloom), let receipts = try receipts(hash), receipts.contains(where: { !$0.logs.isEmpty }) else {
            return []
        }
        let hashes = try block(hash)?.transactions.map { Keccak256.hash($0) } ?? []
        var (found, index): ([FoundLog], UInt64) = ([], 0)
        for (position, (receipt, transaction)) in zip(receipts, hashes).enumerated() {
            for log in receipt.logs {
                if search.matches(log) {
                    found.append(
                        FoundLog(
                            log: log, block: hash, number: header.number, timestamp: header.timestamp, transaction: transaction,
                            transactionIndex: UInt64(position), index: index))
                }
                index += 1
            }
        }
        return found
    }
}
