import ChainStore
public import ExecutionChain
public import KeyValueStore
public import Primitives
import ServiceInterfaces
import StateTrie

/// Adds blocks of an ordinary chain to a store, each on the one before, as `geth import` does. What is added is canonical.
public struct ChainImport {
    private let chain: StoredChain
    private let execution: BlockExecution
    private let checksWork: Bool
    /// The newest block.
    public private(set) var head: BlockHeader
    /// The work up to it.
    private var totalDifficulty: UInt256

    /// - Parameters:
    ///   - store: opened with `ExecutionStore.tables`; begun with the genesis block if it is empty.
    ///   - checksWork: whether seals before the merge are checked.
    public init(genesis: Genesis, store: KeyValueStore, checksWork: Bool = true) throws {
        let (chain, block) = try StoredChain.open(store, genesis: genesis)
        self.chain = chain
        self.checksWork = checksWork
        execution = BlockExecution(config: genesis.config)
        guard let point = try chain.workPoint(chain.store.pointer(.head) ?? block.hash) else {
            throw ExecutionNodeError.damagedDatabase("the head is missing")
        }
        (head, totalDifficulty) = (point.header, point.totalDifficulty)
    }

    /// Executes a block and writes it.
    ///
    /// - Returns: whether it was new.
    /// - Throws: `BlockError` for a block that is not valid, or does not follow the newest.
    @discardableResult
    public mutating func add(_ block: Block) throws -> Bool {
        let hash = block.hash
        if block.header.number <= head.number, try chain.store.canonicalHash(block.header.number) == hash { return false }
        let fork = execution.config.fork(number: block.header.number, timestamp: block.header.timestamp)
        // What costs little comes first: work of a header that is wrong is not looked at.
        try execution.config.validate(block.header, parent: head)
        try execution.config.validateOmmers(of: block, ancestors: chain.ommerAncestors(of: block))
        if checksWork, fork < .paris { try checkWork(block) }
        let total = try totalDifficulty.adding(workOf: block.header)
        var state = chain.state(head.stateRoot)
        let (chain, parent) = (chain, block.header.parentHash)
        let valid = try execution.validate(block, parent: head, state: &state) {
            number throws(StateTrieError) in try chain.ancestorHash(number, from: parent)
        }
        try chain.store.write { batch in
            batch.put(block, hash: hash, nodes: valid.nodes, receipts: valid.outcome.receipts)
            batch.putWork(hash, total)
            batch.setCanonical(block.header.number, hash)
            for (index, encoded) in block.transactions.enumerated() {
                batch.setPlace(TransactionPlace(block: hash, index: UInt64(index)), of: Keccak256.hash(encoded))
            }
            batch.set(.head, hash)
        }
        (head, totalDifficulty) = (block.header, total)
        return true
    }

    /// Ethash before the merge.
    private func checkWork(_ block: Block) throws {
        func mixHash(_ header: BlockHeader) throws -> Hash32? {
            try EthashSeals().mixHash(SealTask(work: header), nonce: header.nonce.bigEndianNumber)
        }
        let header = block.header
        guard let found = try mixHash(header) else {
            throw BlockError.mismatch(.nonce, expected: "an Ethash seal of difficulty \(header.difficulty)", actual: header.nonce.hex)
        }
        guard found == header.mixHash else { throw BlockError.mismatch(.mixHash, expected: found.hex, actual: header.mixHash.hex) }
        for (index, ommer) in block.ommers.enumerated() {
            guard try mixHash(ommer) == ommer.mixHash else { throw BlockError.ommer(index: index, .unsealed) }
        }
    }

    /// Takes the newest block for safe and final, as a consensus layer would tell.
    public func finalizeHead() throws {
        let hash = head.hash
        try chain.store.write { batch in
            batch.set(.safe, hash)
            batch.set(.finalized, hash)
        }
    }

    /// A canonical block.
    public func block(_ number: UInt64) throws -> Block? {
        guard let hash = try chain.store.canonicalHash(number) else { return nil }
        return try chain.block(hash)
    }
}
