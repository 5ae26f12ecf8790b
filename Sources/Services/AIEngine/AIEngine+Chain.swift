import AckQuorum
import BeaconTypes
import EngineTypes
import LearningStore
import Logging
import Primitives
import ServiceInterfaces
import SSZ
import UpdateJudgement
import UpdateLedger
import UpdateLife

extension AIEngine {
    /// Blocks that are walked back from a new head to find those that hold its updates.
    private static let walkLimit = 64

    /// Follows head and finality: what became of each update, and which adapters are still needed.
    func followChain() async {
        for await move in await node.learningMoves() {
            switch move {
            case .head(let point): await headMoved(point)
            case .finalized(let point): await finalityMoved(point.learning)
            case .block(let root, _): await noteFiles(ofBlock: root)
            case .past(let root, _): pastBlocks.continuation.yield(root)
            }
        }
    }

    func headMoved(_ point: LearningPoint) async {
        let isFirst = !hasHead
        let added = point.learning.updateCount > headUpdateCount ? point.learning.updateCount - headUpdateCount : 0
        hasHead = true
        if headRoot != point.learning.adapterRoot || isFirst { headAdapters.continuation.yield(point.learning.adapterRoot) }
        headRoot = point.learning.adapterRoot
        headUpdateCount = point.learning.updateCount
        headPoint = point
        for id in Array(open.keys) { await reveal(id) }
        await handOverAgain()
        // What stood in the chain before this start was told before.
        guard !isFirst, added > 0 else { return }
        var missing = Set(recentUpdateIDs(point.learning).suffix(Int(clamping: added)))
        var cursor = point.root
        for _ in 0..<Self.walkLimit where !missing.isEmpty {
            guard let block = try? await node.block(root: cursor)?.message else { break }
            let id = block.body.ackCertificate.ack.updateId
            if missing.remove(id) != nil { await include(id, in: block, root: cursor, count: point.learning.updateCount) }
            cursor = block.parentRoot
        }
    }

    private func include(_ id: Hash32, in block: BeaconBlock, root: Root, count: UInt64) async {
        await name(block.body.ackCertificate, id)
        let place = Inclusion(block: root, slot: block.slot, executionBlock: block.body.executionPayload.blockHash)
        let record = await ledger.apply(.included(place), to: id)
        namedFiles?.formUnion(record.filesInBlock)
        let loss = record.judgement.map { "\(Float(bitPattern: $0.lossAfter))" } ?? "?"
        logger.info(
            "Update included",
            metadata: ["update": "\(id.shortHex)", "slot": "\(block.slot)", "count": "\(count)", "loss": "\(loss)"])
    }

    /// Notes the updates of the blocks that were final before this node heard of them, oldest first. A chain may be long: what happens at
    /// its head does not wait for it.
    func notePast() async {
        for await last in pastBlocks.stream {
            do {
                try await notePast(upTo: last)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("the history's updates are not all noted, and will be at the next start: \(error)")
            }
        }
    }

    /// It is told at each start, and noted once: a node that stops in the middle begins again.
    private func notePast(upTo last: Root) async throws {
        guard try !store.hasPast(last) else { return }
        var (cursor, holding): (Root, [Root]) = (last, [])
        while true {
            try Task.checkCancellation()
            let block = try await pastBlock(cursor)
            guard block.slot > 0 else { break }
            if !block.body.ackCertificate.ack.updateId.isZero { holding.append(cursor) }
            cursor = block.parentRoot
        }
        for root in holding.reversed() {
            try Task.checkCancellation()
            try await notePast(pastBlock(root), root: root)
        }
        try store.putPast(last)
    }

    /// Only genesis ends the past: a block that the node does not give is a gap, and what has one is not noted as whole.
    private func pastBlock(_ root: Root) async throws -> BeaconBlock {
        guard let block = try await node.block(root: root) else { throw PastBlockMissing(root: root) }
        return block.message
    }

    private func notePast(_ block: BeaconBlock, root: Root) async {
        await noteFiles(of: block)
        let place = Inclusion(block: root, slot: block.slot, executionBlock: block.body.executionPayload.blockHash)
        await ledger.apply(.included(place), to: block.body.ackCertificate.ack.updateId)
        await ledger.apply(.finalised, to: block.body.ackCertificate.ack.updateId)
    }

    private func finalityMoved(_ learning: LearningState) async {
        finalizedRoot = learning.adapterRoot
        for id in recentUpdateIDs(learning) {
            guard let record = await ledger.record(of: id), !record.isFinalised else { continue }
            await ledger.apply(.finalised, to: id)
            logger.info("Update finalised", metadata: ["update": "\(id.shortHex)", "adapter": "\(learning.adapterRoot.shortHex)"])
        }
        await forgetAdapters()
    }

    /// Forgets adapters that the chain has passed by: all but genesis, finalised, head, those still voted on, and the last
    /// few before the head. What is forgotten can be made anew of the update files.
    func forgetAdapters() async {
        var needed: Set<Hash32> = [finalizedRoot, headRoot]
        for record in await ledger.latest(64) where Self.mayNeedAdapters(record.stage) {
            if let root = record.judgement?.adapter { needed.insert(root) }
            if let root = record.parent { needed.insert(root) }
        }
        do {
            let last = try await lineage().newest(setting.adapterHistory, upTo: headRoot)
            needed.formUnion(last)
            try store.keepOnly(needed.union([genesisAdapterRoot]).union(keptLately.map(\.root)))
        } catch {
            logger.warning("cannot forget old adapters: \(error)")
        }
    }

    private static func mayNeedAdapters(_ stage: UpdateStage) -> Bool {
        switch stage {
        case .announced, .fetched, .judged, .voted, .certified, .included: true
        case .finalised, .refused, .outvoted, .expired: false
        }
    }

    /// The last accepted update ids that the state remembers, oldest first.
    private func recentUpdateIDs(_ learning: LearningState) -> [Hash32] {
        let ring = UInt64(learning.recentUpdateIds.count)
        guard ring > 0 else { return [] }
        let first = learning.updateCount > ring ? learning.updateCount - ring : 0
        return (first..<learning.updateCount).map { learning.recentUpdateIds[Int($0 % ring)] }
    }
}

/// The beacon node does not give a block of the history that it said was here.
private struct PastBlockMissing: Error, CustomStringConvertible {
    let root: Root

    var description: String { "the beacon node does not give the block \(root.hex)" }
}
