import ChainStore
public import EngineTypes
import ExecutionChain
import Logging
public import Primitives
import ProofOfWork
public import ServiceInterfaces
import StateTrie

extension ExecutionNode: ExecutionEngine {
    public func newPayload(
        _ payload: ExecutionPayload, parentBeaconBlockRoot: Hash32, executionRequests: [[UInt8]]
    ) async throws -> PayloadStatus {
        try checkRunning()
        let block: Block
        let fork = execution.config.fork(number: payload.blockNumber, timestamp: payload.timestamp)
        do {
            block = try Block(
                payload, parentBeaconBlockRoot: parentBeaconBlockRoot, executionRequests: executionRequests, fork: fork)
        } catch {
            return refuse(payload, nil, "\(error)")
        }
        let hash = payload.blockHash
        if try chain.store.hasBlock(hash) { return .valid(hash) }
        if let known = invalidBlocks.first(where: { $0.hash == hash }) {
            return .invalid(known.reason, latestValidHash: known.latestValid)
        }
        if let parent = invalidBlocks.first(where: { $0.hash == payload.parentHash }) {
            return remember(payload, parent.latestValid, "its parent is invalid: \(parent.reason)")
        }
        guard let parent = try chain.header(payload.parentHash) else { return .syncing }
        do {
            let valid = try validate(block, requests: fork >= .prague ? executionRequests : nil, parent: parent)
            try chain.store.write { batch in batch.put(block, hash: hash, nodes: valid.nodes, receipts: valid.outcome.receipts) }
        } catch let error as BlockError {
            // A database that fails says nothing about the block.
            if case .state(let cause) = error, !cause.isAboutBlock { throw error }
            return remember(payload, payload.parentHash, "\(error)")
        }
        figures.importedBlocks += 1
        logger.info(
            "Imported block",
            metadata: [
                "number": "\(payload.blockNumber)", "hash": "\(hash.shortHex)", "update": "\(block.header.updateID?.shortHex ?? "none")",
                "difficulty": "\(payload.difficulty)", "withdrawals": "\(payload.withdrawals.count)",
                "transactions": "\(payload.transactions.count)",
            ])
        return .valid(hash)
    }

    /// The whole judgement on a block whose parent is known: cheap rules first, then the seal, then the state.
    private func validate(_ block: Block, requests: [[UInt8]]?, parent: BlockHeader) throws -> ValidatedBlock {
        let header = block.header
        let fork = execution.config.fork(number: header.number, timestamp: header.timestamp)
        // Blocks before the merge come by `polai import` or from peers, which checks their work.
        guard fork >= .paris else { throw BlockError.forkNotExecuted(fork) }
        try execution.config.validate(header, parent: parent)
        if case .polai = execution.config.sealing {
            let task = SealTask(sealHash: header.sealHash, number: header.number, difficulty: header.difficulty)
            guard try sealEngine.isSealed(task, nonce: header.nonce.bigEndianNumber) else {
                throw BlockError.mismatch(
                    .nonce, expected: "an Ethash seal of difficulty \(header.difficulty)", actual: header.nonce.hex)
            }
        }
        return try execute(block, requests: requests, parent: parent)
    }

    /// Runs a block on its parent's state and compares all that comes of it with its header.
    func execute(_ block: Block, requests: [[UInt8]]? = nil, parent: BlockHeader) throws -> ValidatedBlock {
        var state = chain.state(parent.stateRoot)
        let (chain, hash) = (chain, block.header.parentHash)
        return try execution.validate(block, requests: requests, parent: parent, state: &state) {
            number throws(StateTrieError) in try chain.ancestorHash(number, from: hash)
        }
    }

    /// Refuses a block under a hash that is its own, so that its descendants are refused too.
    private func remember(_ payload: ExecutionPayload, _ latestValid: Hash32?, _ reason: String) -> PayloadStatus {
        invalidBlocks.append((payload.blockHash, latestValid, reason))
        if invalidBlocks.count > 128 { invalidBlocks.removeFirst() }
        return refuse(payload, latestValid, reason)
    }

    private func refuse(_ payload: ExecutionPayload, _ latestValid: Hash32?, _ reason: String) -> PayloadStatus {
        figures.invalidPayloads += 1
        logger.warning(
            "Refused block",
            metadata: ["number": "\(payload.blockNumber)", "hash": "\(payload.blockHash.shortHex)", "reason": "\(reason)"])
        return .invalid(reason, latestValidHash: latestValid)
    }
}

extension StateTrieError {
    /// Whether the block is at fault, not the database.
    var isAboutBlock: Bool {
        if case .balanceOutOfRange = self { true } else { false }
    }
}
