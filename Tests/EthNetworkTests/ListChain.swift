import EthProtocol
import ExecutionChain
import NodeRecords
import Primitives
import TestWorkChain
import Transactions

@testable import EthNetwork

/// A chain of work as a list of blocks, told as it is or not.
struct ListChain: EthChain {
    let blocks: [Block]
    private let places: [Hash32: Int]
    /// Work that is told of beside what there is.
    var boast: UInt256 = .zero
    /// Blocks that are given instead of the list's own, or beside them.
    var bodies: [Hash32: Block] = [:]
    /// Whether questions are never answered.
    var isSilent = false
    /// Told of each question that is not answered.
    var asked: AsyncStream<Void>.Continuation?

    init(_ blocks: [Block]) {
        self.blocks = blocks
        places = Dictionary(blocks.enumerated().map { ($1.hash, $0) }) { first, _ in first }
    }

    var work: UInt256 { blocks.reduce(.zero) { $0 &+ $1.header.difficulty } }

    func position() -> EthPosition {
        let genesis = blocks[0].header
        let schedule = WorkNode.genesis.config.forkSchedule(genesis: genesis.hash, genesisTime: genesis.timestamp)
        let head = blocks[blocks.count - 1].header
        return EthPosition(
            status: EthStatus(
                networkID: WorkNode.chainID, genesis: genesis.hash, forkID: schedule.id(number: head.number, time: head.timestamp),
                head: head.hash, totalDifficulty: work &+ boast, blocks: 0...head.number),
            schedule: schedule, number: head.number, time: head.timestamp)
    }

    private func hold() async {
        guard isSilent else { return }
        asked?.yield()
        // As long as the node that asks lets it.
        try? await Task.sleep(for: .seconds(600))
    }

    func block(number: UInt64) async -> Block? {
        await hold()
        return number < UInt64(blocks.count) ? blocks[Int(number)] : nil
    }

    func block(hash: Hash32) async -> Block? {
        await hold()
        return bodies[hash] ?? places[hash].map { blocks[$0] }
    }

    func header(hash: Hash32) async -> BlockHeader? {
        await hold()
        return places[hash].map { blocks[$0].header } ?? bodies[hash]?.header
    }

    func receipts(of block: Hash32) -> [Receipt]? { nil }
}
