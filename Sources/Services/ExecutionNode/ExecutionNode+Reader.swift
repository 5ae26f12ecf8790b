import ChainStore
import ExecutionChain
public import Primitives
public import ServiceInterfaces
import StateTrie

extension ExecutionNode: ExecutionChainReader {
    public func block(_ id: ExecutionBlockID) async throws -> ExecutionBlock? {
        guard let hash = try hash(id), let block = try chain.block(hash) else { return nil }
        return ExecutionBlock(block, rules: execution.config)
    }

    public func isCanonical(_ blockHash: Hash32) async throws -> Bool {
        guard let header = try chain.header(blockHash) else { return false }
        return try chain.store.canonicalHash(header.number) == blockHash
    }

    public func account(_ address: Address, at id: ExecutionBlockID) async throws -> ExecutionAccount? {
        guard let hash = try hash(id), let header = try chain.header(hash) else { return nil }
        let state = chain.state(header.stateRoot)
        do {
            guard let account = try state.account(address) else { return ExecutionAccount() }
            return ExecutionAccount(balance: account.balance, nonce: account.nonce, code: try state.code(address))
        } catch StateTrieError.missingNode {
            return nil
        }
    }

    public func syncProgress() async -> ExecutionSyncProgress? { syncing }

    public func peerCount() async -> Int { 0 }

    public func sealing() async -> (isActive: Bool, hashesPerSecond: UInt64) {
        let running = buildings.last { $0.search?.isRunning == true }?.search
        var rate = UInt64(figures.hashesPerSecond)
        if let running, running.seconds > 0.2 { rate = UInt64(Double(running.attempts) / running.seconds) }
        let (sum, overflow) = rate.addingReportingOverflow(hashrateOfMiners)
        return (running != nil, overflow ? .max : sum)
    }

    /// The hash that `id` stands for now.
    func hash(_ id: ExecutionBlockID) throws -> Hash32? {
        switch id {
        case .earliest: try chain.store.canonicalHash(0)
        case .latest: head.hash
        case .safe: safeHash
        case .finalized: try finalizedHash ?? chain.store.canonicalHash(0)
        case .number(let number): try chain.store.canonicalHash(number)
        case .hash(let hash): hash
        }
    }
}
