import ChainStore
public import EngineTypes
import ExecutionChain
import Logging
import Primitives
import ServiceInterfaces
import StateTrie

extension ExecutionNode {
    public func forkchoiceUpdated(
        _ state: ForkchoiceState, attributes: PayloadAttributes?
    ) async throws -> ForkchoiceUpdated {
        try checkRunning()
        if let known = invalidBlocks.first(where: { $0.hash == state.headBlockHash }) {
            return ForkchoiceUpdated(payloadStatus: .invalid(known.reason, latestValidHash: known.latestValid))
        }
        guard let header = try chain.header(state.headBlockHash) else { return ForkchoiceUpdated(payloadStatus: .syncing) }
        let newHead = ChainPoint(hash: state.headBlockHash, header: header)
        let safe = try ancestor(state.safeBlockHash, of: newHead, role: "safe")
        let finalized = try ancestor(state.finalizedBlockHash, of: newHead, role: "finalized")
        try follow(newHead, safe: safe, finalized: finalized)
        let status = PayloadStatus.valid(newHead.hash)
        guard let attributes else { return ForkchoiceUpdated(payloadStatus: status) }
        return ForkchoiceUpdated(payloadStatus: status, payloadID: try startBuilding(attributes))
    }

    /// `hash` if it is an ancestor of the head, `nil` if it is zero.
    private func ancestor(_ hash: Hash32, of head: ChainPoint, role: String) throws -> Hash32? {
        guard !hash.isZero else { return nil }
        guard try chain.isAncestor(hash, of: head.hash, header: head.header) else {
            throw ExecutionNodeError.invalidForkchoice("the \(role) block \(hash) is no ancestor of the head \(head.hash)")
        }
        return hash
    }

    /// Makes `newHead` the head, and its ancestors canonical, in one write.
    func follow(_ newHead: ChainPoint, safe: Hash32?, finalized: Hash32?) throws {
        let isSameHead = newHead.hash == head.hash
        guard !isSameHead || safe != safeHash || finalized != finalizedHash else { return }
        var branch: [(number: UInt64, hash: Hash32)] = []
        var point = newHead
        while try chain.store.canonicalHash(point.header.number) != point.hash {
            branch.append((point.header.number, point.hash))
            let parent = point.header.parentHash
            point = ChainPoint(hash: parent, header: try chain.knownHeader(parent))
        }
        let left = try isSameHead ? [] : blocks(from: head, to: point.hash)
        let lastStateToForget = try lastStateToForget(finalized: finalized)
        try chain.store.write { batch in
            if newHead.header.number < head.header.number { batch.removeCanonical(from: newHead.header.number + 1) }
            for (number, hash) in branch { batch.setCanonical(number, hash) }
            for block in left { for encoded in block.transactions { batch.setPlace(nil, of: Keccak256.hash(encoded)) } }
            // Block by block: a branch may be as long as a history.
            for (_, hash) in branch {
                for (index, encoded) in (try chain.block(hash)?.transactions ?? []).enumerated() {
                    batch.setPlace(TransactionPlace(block: hash, index: UInt64(index)), of: Keccak256.hash(encoded))
                }
            }
            batch.set(.head, newHead.hash)
            if let safe { batch.set(.safe, safe) }
            if let finalized { batch.set(.finalized, finalized) }
            if let last = lastStateToForget {
                batch.releaseStates(through: last, children: StateNodes.children)
            }
        }
        if !isSameHead, newHead.header.parentHash != head.hash {
            logger.info(
                "Chain reorganised",
                metadata: [
                    "old": "\(head.hash.shortHex)", "new": "\(newHead.hash.shortHex)", "common": "\(point.header.number)",
                ])
        }
        head = newHead
        safeHash = safe ?? safeHash
        finalizedHash = finalized ?? finalizedHash
        guard !isSameHead else { return }
        abandonBuildings { $0.block.header.parentHash != newHead.hash }
        updatePool(left: left)
        changes.send(ChainChange(left: left.map { $0.hash }, joined: branch.reversed().map { $0.hash }))
    }

    /// The blocks from `tip` down to the one before `ancestor`.
    private func blocks(from tip: ChainPoint, to ancestor: Hash32) throws -> [Block] {
        var (blocks, hash): ([Block], Hash32) = ([], tip.hash)
        while hash != ancestor {
            guard let block = try chain.block(hash) else { throw ExecutionNodeError.damagedDatabase("block \(hash) is missing") }
            blocks.append(block)
            hash = block.header.parentHash
        }
        return blocks
    }

    /// The newest block whose state nobody needs once `finalized` is final.
    private func lastStateToForget(finalized: Hash32?) throws -> UInt64? {
        guard case .recent(let kept) = options.stateHistory, let finalized, finalized != finalizedHash,
            let number = try chain.header(finalized)?.number, number > kept + 1
        else { return nil }
        return number - kept - 1
    }
}
