import ChainStore
public import ExecutionChain
import Foundation
import Logging
public import Primitives
public import ServiceInterfaces
import StateTrie

/// The chain of work: blocks come from peers and from this node's own miner, and the heaviest branch is the head.
extension ExecutionNode: WorkChain {
    /// Seconds by which a block may be ahead of this node's clock; geth's.
    static let allowedFuture: UInt64 = 15

    public func heaviest() async throws -> WorkPoint {
        guard let point = try chain.workPoint(head.hash) else { throw ExecutionNodeError.damagedDatabase("the head is missing") }
        return point
    }

    public nonisolated func point(_ hash: Hash32) async throws -> WorkPoint? { try chain.workPoint(hash) }

    public nonisolated func heaviestHash(_ number: UInt64) async throws -> Hash32? { try chain.store.canonicalHash(number) }

    public nonisolated func latestTimestamp() async -> UInt64 { UInt64(Date().timeIntervalSince1970) + Self.allowedFuture }

    public nonisolated func judge(_ headers: [BlockHeader], after parent: BlockHeader) async throws -> BlockVerdict {
        let latest = await latestTimestamp()
        var before = parent
        for header in headers {
            guard header.timestamp <= latest else { return .early }
            do {
                guard rules.isWorkOnly else { throw BlockError.forkNotExecuted(.paris) }
                try rules.validate(header, parent: before)
            } catch {
                return .refused("header \(header.number): \(error)")
            }
            before = header
        }
        if let index = try await workSeals.firstUnsealed(headers) { return .refused("header \(headers[index].number) is not sealed") }
        await noteSealed(headers)
        return .fine
    }

    private func noteSealed(_ headers: [BlockHeader]) { for header in headers { sealedHeaders.insert(header.hash) } }

    public func add(_ block: Block) async throws -> BlockVerdict {
        try checkRunning()
        let hash = block.hash
        guard rules.isWorkOnly else { throw ExecutionNodeError.notWorkChain }
        guard try !chain.store.hasBlock(hash) else { return try known(hash, block.header) }
        guard let parent = try chain.header(block.header.parentHash) else { return .orphan }
        // Work was paid for the header; who sends bodies for it cannot make this node remember more than it asks for.
        if !sealedHeaders.contains(hash) {
            switch try await judge([block.header], after: parent) {
            case .fine: break
            case let verdict: return refuse(block, hash, verdict)
            }
        }
        if !block.ommers.isEmpty {
            do {
                try execution.validateBody(block)
                try rules.validateOmmers(of: block, ancestors: chain.ommerAncestors(of: block))
            } catch let error as BlockError {
                return refuse(block, hash, .refused("\(error)"))
            }
            if let index = try await workSeals.firstUnsealed(block.ommers) {
                return refuse(block, hash, .refused("\(BlockError.ommer(index: index, .unsealed))"))
            }
        }
        // Others had their turn while its work was checked.
        try checkRunning()
        guard try !chain.store.hasBlock(hash) else { return try known(hash, block.header) }
        return try keep(block, hash, parent: parent)
    }

    /// A block that is here. Blocks and the head are written apart: who was stopped between the two has a heavier block than its head.
    private func known(_ hash: Hash32, _ header: BlockHeader) throws -> BlockVerdict {
        guard let own = try chain.workPoint(hash), let current = try chain.workPoint(head.hash),
            own.totalDifficulty > current.totalDifficulty
        else { return .known }
        try follow(ChainPoint(hash: hash, header: header), safe: nil, finalized: nil)
        return .known
    }

    /// Executes a block whose work was checked, writes it, and follows it where its branch is the heaviest.
    private func keep(_ block: Block, _ hash: Hash32, parent: BlockHeader) throws -> BlockVerdict {
        guard let below = try chain.workPoint(block.header.parentHash), let current = try chain.workPoint(head.hash) else { return .orphan }
        let total: UInt256
        do {
            total = try below.totalDifficulty.adding(workOf: block.header)
            let valid = try execute(block, parent: parent)
            try chain.store.write { batch in
                batch.put(block, hash: hash, nodes: valid.nodes, receipts: valid.outcome.receipts)
                batch.putWork(hash, total)
            }
        } catch let error as BlockError {
            // A database that fails says nothing about the block.
            if case .state(let cause) = error, !cause.isAboutBlock { throw error }
            return refuse(block, hash, .refused("\(error)"))
        }
        figures.importedBlocks += 1
        // Of two that are as heavy the first stays.
        let isHead = total > current.totalDifficulty
        if isHead { try follow(ChainPoint(hash: hash, header: block.header), safe: nil, finalized: nil) }
        logger.log(
            level: syncing == nil ? .info : .debug, "Imported block",
            metadata: [
                "number": "\(block.header.number)", "hash": "\(hash.shortHex)", "head": "\(isHead)",
                "difficulty": "\(block.header.difficulty)", "transactions": "\(block.transactions.count)",
                "uncles": "\(block.ommers.count)",
            ])
        return .added(isHead: isHead)
    }

    private func refuse(_ block: Block, _ hash: Hash32, _ verdict: BlockVerdict) -> BlockVerdict {
        guard case .refused(let reason) = verdict else { return verdict }
        figures.invalidPayloads += 1
        logger.warning(
            "Refused block", metadata: ["number": "\(block.header.number)", "hash": "\(hash.shortHex)", "reason": "\(reason)"])
        return verdict
    }

    public func report(_ progress: ExecutionSyncProgress?) async {
        guard progress != syncing else { return }
        syncing = progress
        syncChanged.send(progress)
    }
}
