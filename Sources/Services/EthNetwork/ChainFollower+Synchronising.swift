import EthProtocol
import ExecutionChain
import Logging
import NodeRecords
import Primitives
import ServiceInterfaces

extension ChainFollower {
    /// A round that takes longer must bring something.
    static let slowRound = Duration.seconds(5)
    /// Bytes that an uncle is counted with.
    static let ommerBytes = 640
    /// Who gives less than this part of the bodies that it was asked for, and fewer bytes, gives little.
    static let meagrePart = 4
    static let meagreBytes = 512 << 10

    /// Brings the blocks of a peer's chain here, from where it leaves this node's.
    func synchronise(with id: NodeID, _ status: EthStatus) async throws -> Outcome {
        let own = try await chain.heaviest()
        guard var last = try await commonAncestor(with: id, below: own) else { return .late }
        guard own.header.number - last.header.number <= settings.deepestBranch else {
            return .lied("its chain leaves this one \(own.header.number - last.header.number) blocks ago")
        }
        let start = last.header.number
        logger.info(
            "Following a peer",
            metadata: ["peer": "\(id.shortHex)", "from": "\(start)", "work": "\(status.totalDifficulty)", "own": "\(own.totalDifficulty)"])
        var next = await headers(of: id, after: last.header.number)
        while let headers = next, !Task.isCancelled {
            let began = ContinuousClock.now
            guard let first = headers.first else {
                // It may have announced what it does not have yet, or turned to a shorter branch. Who never has it loses its place.
                return last.totalDifficulty >= status.totalDifficulty ? .done : .late
            }
            guard first.parentHash == last.hash else { return .late }
            // The newest blocks may be of a time that has not come here.
            let latest = await chain.latestTimestamp()
            let due = Array(headers.prefix { $0.timestamp <= latest })
            guard let end = due.last else { return .wait }
            switch try await chain.judge(due, after: last.header) {
            case .refused(let reason): return .lied(reason)
            case .early: return .wait
            default: break
            }
            await chain.report(
                ExecutionSyncProgress(startingBlock: start, currentBlock: last.header.number, highestBlock: end.number))
            // The next headers come while these blocks are executed.
            async let following = self.headers(of: id, after: end.number)
            if let outcome = try await add(due, of: id, above: last.totalDifficulty) { return outcome }
            guard let point = try await chain.point(end.hash) else { return .late }
            last = point
            next = await following
            if last.totalDifficulty >= status.totalDifficulty, next?.isEmpty != false { return .done }
            // Who gives little at a time would have this node for itself.
            let isSlow = ContinuousClock.now - began > Self.slowRound && headers.count < settings.headers / 4
            if isSlow, next?.isEmpty == false { return .late }
        }
        return .late
    }

    private func headers(of id: NodeID, after number: UInt64) async -> [BlockHeader]? {
        await peers.headers(of: id, .init(origin: .number(number + 1), limit: UInt64(settings.headers)))
    }

    /// The newest block that both chains have; `nil` when the peer does not answer.
    private func commonAncestor(with id: NodeID, below own: WorkPoint) async throws -> WorkPoint? {
        // Mostly it is near.
        let number = own.header.number
        let near = number - min(number, 15)
        guard let span = await peers.headers(of: id, .init(origin: .number(near), limit: number - near + 1)) else { return nil }
        for header in span.reversed() {
            let hash = header.hash
            if try await chain.heaviestHash(header.number) == hash { return try await chain.point(hash) }
        }
        // The genesis is common: the statuses said so.
        var (common, foreign): (UInt64, UInt64) = (0, near)
        while foreign - common > 1 {
            let middle = common + (foreign - common) / 2
            guard let answer = await peers.headers(of: id, .init(origin: .number(middle), limit: 1)) else { return nil }
            if let hash = answer.first?.hash, try await chain.heaviestHash(middle) == hash { common = middle } else { foreign = middle }
        }
        guard let hash = try await chain.heaviestHash(common) else { return nil }
        return try await chain.point(hash)
    }

    /// Fetches the blocks of these headers from several peers at once, and adds them in their order.
    ///
    /// - Parameter weight: peers with less work than that are not asked.
    /// - Returns: why it ended before the last; `nil` when all are added.
    private func add(_ headers: [BlockHeader], of id: NodeID, above weight: UInt256) async throws -> Outcome? {
        var helpers = await helpers(of: id, above: weight)
        var rest = headers[...]
        var held: [UInt64: Block] = [:]
        while let next = rest.first {
            guard !Task.isCancelled else { return .late }
            if let block = held.removeValue(forKey: next.number) {
                let hash = block.hash
                guard !refusedBlocks.contains(hash) else { return .lied("block \(next.number) is not valid") }
                switch try await chain.add(block) {
                case .added: importedBlocks += 1
                // Who gives a sealed header answers for what its block comes to.
                case .refused(let reason):
                    refusedBlocks.insert(hash, from: id)
                    return .lied(reason)
                case .orphan: return .late
                case .early: return .wait
                case .known, .fine: break
                }
                rest = rest.dropFirst()
                continue
            }
            guard !helpers.isEmpty else { return .late }
            let answers = await bodies(of: missing(rest, held), from: helpers)
            for answer in answers {
                for block in answer.blocks ?? [] { held[block.header.number] = block }
                if answer.blocks == nil { await self.rest(answer.helper) }
                // Who has nothing, or would be asked for each block by itself, is asked no more for this batch.
                if Self.isMeagre(answer) { helpers.removeAll { $0 == answer.helper } } else { forgive(answer.helper) }
            }
        }
        return nil
    }

    /// What to ask for: parts of one question each. While much is held, only what comes next.
    private func missing(_ headers: ArraySlice<BlockHeader>, _ held: [UInt64: Block]) -> [[BlockHeader]] {
        let size = held.values.reduce(0) { $0 + Self.size($1) }
        let missing = headers.filter { held[$0.number] == nil }
        if size > settings.heldBytes { return missing.first.map { [[$0]] } ?? [] }
        return stride(from: 0, to: missing.count, by: settings.bodies)
            .prefix(settings.bodyQuestions)
            .map { begin in Array(missing[begin..<min(begin + settings.bodies, missing.count)]) }
    }

    /// What a peer gave of the bodies that it was asked for.
    private struct BodyAnswer: Sendable {
        let helper: NodeID
        let asked: Int
        /// `nil` when it did not answer.
        let blocks: [Block]?
    }

    private static func isMeagre(_ answer: BodyAnswer) -> Bool {
        guard let blocks = answer.blocks, !blocks.isEmpty else { return true }
        return blocks.count * meagrePart < answer.asked && blocks.reduce(0) { $0 + size($1) } < meagreBytes
    }

    private static func size(_ block: Block) -> Int {
        block.transactions.reduce(block.ommers.count * ommerBytes) { $0 + $1.count }
    }

    private func bodies(of parts: [[BlockHeader]], from helpers: [NodeID]) async -> [BodyAnswer] {
        let peers = peers
        return await withTaskGroup(of: BodyAnswer.self) { group in
            for (index, part) in parts.enumerated() {
                let helper = helpers[index % helpers.count]
                group.addTask { BodyAnswer(helper: helper, asked: part.count, blocks: await peers.blocks(of: helper, part)) }
            }
            var answers: [BodyAnswer] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
    }
}
