import ChainStore
import ExecutionChain
import Primitives
import RLP
import ServiceInterfaces
import StateTrie
import TransactionPool
import Transactions

/// The execution store seen as blocks and headers, and as the state's database.
struct StoredChain: StateDatabase {
    let store: ExecutionStore

    func header(_ hash: Hash32) throws -> BlockHeader? {
        guard let encoded = try store.header(hash) else { return nil }
        do {
            return try BlockHeader(encoded: encoded)
        } catch {
            throw ExecutionNodeError.damagedDatabase("header \(hash): \(error)")
        }
    }

    func block(_ hash: Hash32) throws -> Block? {
        guard let header = try header(hash) else { return nil }
        guard let body = try store.body(hash) else { throw ExecutionNodeError.damagedDatabase("block \(hash) has no body") }
        do {
            return try Block(header: header, encodedBody: body)
        } catch {
            throw ExecutionNodeError.damagedDatabase("body of \(hash): \(error)")
        }
    }

    /// The header that the database points at, and so must have.
    func knownHeader(_ hash: Hash32) throws -> BlockHeader {
        guard let header = try header(hash) else { throw ExecutionNodeError.damagedDatabase("block \(hash) is missing") }
        return header
    }

    /// Whether `ancestor` is `descendant` or one of its ancestors.
    func isAncestor(_ ancestor: Hash32, of descendant: Hash32, header: BlockHeader) throws -> Bool {
        guard let target = try self.header(ancestor) else { return false }
        var (hash, number, parent) = (descendant, header.number, header.parentHash)
        while number > target.number {
            // On the canonical chain the answer is one look away.
            if try store.canonicalHash(number) == hash { return try store.canonicalHash(target.number) == ancestor }
            let next = try knownHeader(parent)
            (hash, number, parent) = (parent, next.number, next.parentHash)
        }
        return hash == ancestor
    }

    /// The hash of the block with this number among `hash` and its ancestors; `nil` when there is none.
    func ancestorHash(_ number: UInt64, from hash: Hash32) throws(StateTrieError) -> Hash32? {
        do {
            var hash = hash
            while let header = try header(hash), header.number >= number {
                if header.number == number { return hash }
                // On the canonical chain the answer is one look away.
                if try store.canonicalHash(header.number) == hash { return try store.canonicalHash(number) }
                hash = header.parentHash
            }
            return nil
        } catch {
            throw .databaseFailed("\(error)")
        }
    }

    /// The ancestors that a block's uncles are measured by; none where it has no uncles.
    func ommerAncestors(of block: Block) throws -> [Block] {
        guard !block.ommers.isEmpty else { return [] }
        var (ancestors, hash) = ([Block](), block.header.parentHash)
        while ancestors.count < ChainConfig.ommerGenerations, let ancestor = try self.block(hash) {
            ancestors.append(ancestor)
            hash = ancestor.header.parentHash
        }
        return ancestors
    }

    // MARK: Work

    /// A block and the work up to it. Blocks that came without it, by `polai import`, have it added up here.
    func workPoint(_ hash: Hash32) throws -> WorkPoint? {
        guard let header = try header(hash) else { return nil }
        if let total = try store.work(hash) { return WorkPoint(hash: hash, header: header, totalDifficulty: total) }
        return WorkPoint(hash: hash, header: header, totalDifficulty: try countWork(hash, header))
    }

    /// Adds up the work of a block and of those before it that came without, and writes all sums: nothing is added up twice.
    private func countWork(_ hash: Hash32, _ header: BlockHeader) throws -> UInt256 {
        var uncounted = [(hash: hash, header: header)]
        var (total, last) = (UInt256.zero, header)
        while last.number > 0 {
            if let below = try store.work(last.parentHash) {
                total = below
                break
            }
            let hash = last.parentHash
            last = try knownHeader(hash)
            uncounted.append((hash, last))
        }
        while !uncounted.isEmpty {
            try store.write { batch in
                for (hash, header) in uncounted.suffix(Self.sumsOfOneWrite).reversed() {
                    total = try total.adding(workOf: header)
                    batch.putWork(hash, total)
                }
            }
            uncounted.removeLast(min(Self.sumsOfOneWrite, uncounted.count))
        }
        return total
    }

    private static let sumsOfOneWrite = 4096

    // MARK: State

    func node(_ hash: Hash32) throws(StateTrieError) -> [UInt8]? {
        do {
            return try store.node(hash)
        } catch {
            throw .databaseFailed("\(error)")
        }
    }

    func code(_ hash: Hash32) throws(StateTrieError) -> [UInt8]? {
        do {
            return try store.code(hash)
        } catch {
            throw .databaseFailed("\(error)")
        }
    }

    func state(_ root: Hash32) -> WorldState { WorldState(root: root, database: self) }

    /// An account in the state with the given root, as the pool looks at it.
    func standing(_ address: Address, stateRoot: Hash32) throws(StateTrieError) -> AccountStanding {
        let state = state(stateRoot)
        guard let account = try state.account(address) else { return AccountStanding() }
        var code = AccountStanding.Code.none
        if account.hasCode {
            let bytes = try state.code(address)
            // EIP-7702
            code = bytes.count == 23 && bytes.starts(with: [0xef, 0x01, 0x00]) ? .delegation : .contract
        }
        return AccountStanding(nonce: account.nonce, balance: account.balance, code: code)
    }
}

extension UInt256 {
    /// The work up to a block, this being that up to its parent.
    func adding(workOf header: BlockHeader) throws(BlockError) -> UInt256 {
        let (total, overflow) = addingReportingOverflow(header.difficulty)
        guard !overflow else { throw .tooMuchWork }
        return total
    }
}

extension ExecutionBatch {
    /// Puts a block and what its state adds to the database.
    mutating func put(_ block: Block, hash: Hash32, nodes: StateNodes, receipts: [Receipt] = []) {
        if !receipts.isEmpty { putReceipts(hash, Receipt.encode(receipts)) }
        putBlock(hash, header: block.header.encoded, body: block.encodedBody)
        putState(
            StoredState(number: block.header.number, block: hash, root: block.header.stateRoot), nodes: nodes.nodes,
            children: StateNodes.children)
        for (hash, code) in nodes.codes { putCode(hash, code) }
    }
}
