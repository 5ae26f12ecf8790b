import EthNetwork
import EthProtocol
import ExecutionChain
import ExecutionNode
import NodeRecords
import Primitives
import ServiceInterfaces
import Transactions

/// The execution node's chain and pool as peers are told of them.
struct ExecutionEthChain: EthChain {
    let execution: ExecutionNode
    let genesis: BlockHeader

    /// `nil` before the chain has a genesis.
    init?(_ execution: ExecutionNode) async throws {
        guard let genesis = try await execution.wholeBlock(.earliest)?.header else { return nil }
        (self.execution, self.genesis) = (execution, genesis)
    }

    func position() async -> EthPosition {
        let head = (try? await execution.wholeHeader(.latest)) ?? genesis
        let schedule = execution.rules.forkSchedule(genesis: genesis.hash, genesisTime: genesis.timestamp)
        // What the work adds up to decides where no consensus layer does, and nothing elsewhere.
        var work: UInt256?
        if execution.rules.isWorkOnly { work = try? await execution.point(head.hash)?.totalDifficulty }
        let status = EthStatus(
            networkID: execution.chainID, genesis: genesis.hash, forkID: schedule.id(number: head.number, time: head.timestamp),
            head: head.hash, totalDifficulty: work ?? head.difficulty, blocks: 0...head.number)
        return EthPosition(status: status, schedule: schedule, number: head.number, time: head.timestamp)
    }

    func block(number: UInt64) async -> Block? { (try? await execution.wholeBlock(.number(number))) ?? nil }
    func block(hash: Hash32) async -> Block? { (try? await execution.wholeBlock(.hash(hash))) ?? nil }
    func header(number: UInt64) async -> BlockHeader? { (try? await execution.wholeHeader(.number(number))) ?? nil }
    func header(hash: Hash32) async -> BlockHeader? { (try? await execution.wholeHeader(.hash(hash))) ?? nil }
    func receipts(of block: Hash32) async -> [Receipt]? { (try? await execution.receipts(of: block)) ?? nil }
}

struct ExecutionEthPool: EthPool {
    let execution: ExecutionNode

    func envelope(_ hash: Hash32) async -> [UInt8]? { await execution.pooled(hash)?.encoded }

    func envelopes(limit: Int) async -> [[UInt8]] {
        let content = await execution.poolContent()
        return Array(content.pending.values.joined().lazy.map { transaction in transaction.encoded }.prefix(limit))
    }

    /// What no pool could take is its sender's fault; what this pool does not take may be right for another.
    func take(_ envelope: [UInt8]) async -> Bool {
        // Those with blobs travel with them; no chain of this node's takes any.
        guard envelope.first != Transaction.Kind.blob.rawValue else { return true }
        guard (try? RecoveredTransaction(encoded: envelope)) != nil else { return false }
        _ = try? await execution.submit(envelope)
        return true
    }
}
