import EthProtocol
import ExecutionChain
import Logging
import NodeRecords
import Primitives
import ServiceInterfaces

extension ChainFollower {
    /// Announced blocks that are asked for at once, and how far they may be from this node's head.
    static let askedAnnouncements = 8
    static let nearHead: UInt64 = 7

    /// Takes a block that a peer announced whole. One whose parent is not here says that its chain may be heavier, no more.
    func take(_ block: Block, from id: NodeID) async throws {
        switch try await chain.add(block) {
        case .added(let isHead):
            importedBlocks += 1
            guard isHead, let point = try await chain.point(block.hash) else { return }
            await peers.announce(block, totalDifficulty: point.totalDifficulty)
        case .refused(let reason): await peers.punish(id, because: reason)
        case .known, .orphan, .early, .fine: break
        }
    }

    /// Asks for announced blocks that are near the head and not here.
    func fetch(_ announced: [EthMessage.BlockAnnouncement], from id: NodeID) async throws {
        let head = try await chain.heaviest().header.number
        for announcement in announced.prefix(Self.askedAnnouncements) {
            let distance = announcement.number > head ? announcement.number - head : head - announcement.number
            guard distance <= Self.nearHead, try await chain.point(announcement.hash) == nil else { continue }
            guard let header = await peers.headers(of: id, .init(origin: .hash(announcement.hash), limit: 1))?.first,
                let block = await peers.blocks(of: id, [header])?.first
            else { return }
            try await take(block, from: id)
        }
    }
}
