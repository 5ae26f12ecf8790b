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
    /// How far a block that is sent whole may be above the head: one farther off is no news, it is fetched with those before it.
    static let farthestAhead: UInt64 = 32

    /// Takes a block that a peer announced whole. One whose parent is not here says that its chain may be heavier, no more.
    func take(_ block: Block, from id: NodeID) async throws {
        let (number, head) = (block.header.number, try await chain.heaviest().header.number)
        // Old branches would be executed for whoever sends them.
        guard number > head ? number - head <= Self.farthestAhead : head - number <= Self.nearHead else { return }
        let hash = block.hash
        if refusedBlocks.contains(hash) {
            // To relay it once is no fault; nobody has it executed twice.
            guard refusedBlocks.isRepeated(hash, from: id) else { return }
            await peers.punish(id, because: "it sends block \(number) again, which is not valid")
            return
        }
        var isOfHeader = false
        // Who relays a block answers for its header and for the body being that header's: more is not known before it is executed.
        if try await chain.point(hash) == nil, let parent = try await chain.point(block.header.parentHash) {
            switch try await chain.judge([block.header], after: parent.header) {
            case .refused(let reason): return await peers.punish(id, because: reason)
            case .early: return
            default: break
            }
            guard BlockBody(block).matches(block.header) else {
                return await peers.punish(id, because: "the body of block \(block.header.number) is not its header's")
            }
            isOfHeader = true
        }
        switch try await chain.add(block) {
        case .added(let isHead):
            importedBlocks += 1
            guard isHead, let point = try await chain.point(hash) else { return }
            await peers.announce(block, totalDifficulty: point.totalDifficulty)
        case .refused: if isOfHeader { refusedBlocks.insert(hash, from: id) }
        case .known, .orphan, .early, .fine: break
        }
    }

    /// Asks for announced blocks that are near the head and not here, and for those that lie between.
    func fetch(_ announced: [EthMessage.BlockAnnouncement], from id: NodeID) async throws {
        let head = try await chain.heaviest().header.number
        for announcement in announced.prefix(Self.askedAnnouncements) {
            let distance = announcement.number > head ? announcement.number - head : head - announcement.number
            guard distance <= Self.nearHead, !refusedBlocks.contains(announcement.hash), try await chain.point(announcement.hash) == nil
            else { continue }
            guard let headers = await peers.headers(of: id, .init(origin: .hash(announcement.hash), limit: 1)) else { return }
            guard let header = headers.first else { continue }
            if header.number > head, try await chain.point(header.parentHash) == nil {
                // What was announced before it was not heard.
                guard isRested(id), let status = await peers.statuses[id] else { return }
                try await follow(id, status)
                continue
            }
            guard let blocks = await peers.blocks(of: id, [header]) else { return }
            if let block = blocks.first { try await take(block, from: id) }
        }
    }
}
