import EngineTypes
public import ExecutionChain
import Foundation
import Logging
public import Primitives
public import ServiceInterfaces
import StateTrie
import TransactionPool

extension ExecutionNode {
    /// Mines on the head of a chain of work until it is cancelled: builds a block of the pool's best transactions, searches its seal
    /// as for any payload of this node's (`--miner.threads`, and miners of other processes by `eth_getWork`), and adds it.
    ///
    /// - Parameters:
    ///   - patience: how long one block is sealed before another takes its place, with a newer time, the difficulty that follows
    ///     from it, and the transactions that came; geth's `--miner.recommit`.
    ///   - sealed: hears of each block that became the head.
    public func mine(
        for coinbase: Address, patience: Duration = .seconds(5), sealed: @Sendable (Block, WorkPoint) async -> Void
    ) async {
        guard rules.isWorkOnly else { return }
        minesFor = coinbase
        defer { minesFor = nil }
        logger.info("Mining", metadata: ["coinbase": "\(coinbase)", "threads": "\(sealThreads)"])
        while !Task.isCancelled {
            do {
                try checkRunning()
                guard let block = try await sealNext(for: coinbase, patience: patience) else { continue }
                guard case .added(isHead: true) = try await add(block), let point = try await self.point(block.hash) else { continue }
                await sealed(block, point)
            } catch ExecutionNodeError.stopped {
                return
            } catch is CancellationError {
                break
            } catch ExecutionNodeError.wrongSeal(let number) {
                // It would find nothing else the next time.
                logger.error("Mining stopped", metadata: ["error": "\(ExecutionNodeError.wrongSeal(number: number))"])
                break
            } catch {
                logger.warning("Mining failed", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
        abandonBuildings { $0.search?.isRunning == true }
    }

    /// A sealed block on the head; `nil` when the head moved, or patience ended.
    private func sealNext(for coinbase: Address, patience: Duration) async throws -> Block? {
        let (chain, parent) = (chain, head)
        let now = UInt64(Date().timeIntervalSince1970)
        let (earliest, isNever) = parent.header.timestamp.addingReportingOverflow(1)
        // A second holds one block: what would be ahead of others' clocks waits for its time.
        guard !isNever, earliest <= now + 1 else {
            // Another head may come before.
            try await Task.sleep(for: .seconds(1))
            return nil
        }
        let attributes = PayloadAttributes(
            timestamp: max(now, earliest), prevRandao: .zero, suggestedFeeRecipient: coinbase, withdrawals: [],
            parentBeaconBlockRoot: .zero, updateID: .zero)
        let built = try execution.build(
            on: parent.header, attributes: attributes, state: chain.state(parent.header.stateRoot), gasLimitTarget: gasLimitTarget,
            transactions: pool.selection()
        ) { number throws(StateTrieError) in try chain.ancestorHash(number, from: parent.hash) }
        let task = SealTask(work: built.block.header)
        let search = SealWork(task, engine: sealEngine, threads: sealThreads)
        let building = Building(
            id: PayloadID(task.sealHash.bytes.prefix(8)) ?? PayloadID(), block: built.block, requests: [], value: built.value,
            search: search)
        remember(building)
        logger.debug(
            "Sealing block",
            metadata: [
                "number": "\(task.number)", "parent": "\(parent.hash.shortHex)", "difficulty": "\(task.difficulty)",
                "transactions": "\(built.block.transactions.count)",
            ])
        let nonce: UInt64
        do {
            nonce = try await withTaskCancellationHandler {
                try await search.nonce(within: patience)
            } onCancel: {
                search.cancel(CancellationError())
            }
        } catch let error as ExecutionNodeError where error != .stopped {
            abandonBuildings { $0.id == building.id }
            return nil
        }
        var block = built.block
        guard let mixHash = try await workSeals.mixHash(task, nonce: nonce) else {
            throw ExecutionNodeError.wrongSeal(number: task.number)
        }
        (block.header.nonce, block.header.mixHash) = (Bytes8(bigEndian: nonce), mixHash)
        note(search, of: block)
        return block
    }
}
