import ChainStore
import ExecutionChain
import KeyValueStore

extension StoredChain {
    /// Opens the chain in `store`, or begins it with the genesis block.
    ///
    /// - Throws: `wrongGenesis` when the store holds another chain.
    static func open(_ store: KeyValueStore, genesis: Genesis) throws -> (chain: StoredChain, genesis: Block) {
        let chain = StoredChain(store: try ExecutionStore(store))
        let (block, nodes) = try genesis.block()
        let hash = block.hash
        if let stored = try chain.store.pointer(.genesis) {
            guard stored == hash else { throw ExecutionNodeError.wrongGenesis(stored: stored, expected: hash) }
        } else {
            try chain.store.write { batch in
                batch.put(block, hash: hash, nodes: nodes)
                batch.setCanonical(0, hash)
                batch.set(.genesis, hash)
                batch.set(.head, hash)
            }
        }
        return (chain, block)
    }
}
