import ChainStore
import ExecutionChain
import ExecutionNode
import KeyValueStore
import Logging
import Primitives
import ServiceInterfaces
import TestSupport
import TestWorkChain
import Testing
import Transactions

@Suite("A chain of work", .timeLimit(.minutes(2)))
struct WorkChainTests {
    @Test("the heaviest branch is the head, and of two as heavy the first")
    func heaviest() async throws {
        let node = try WorkNode()
        let trunk = try await node.extend(5)
        let rival = try await node.block(on: trunk[3], mark: 1)
        #expect(try await node.node.add(rival) == .added(isHead: false))
        #expect(try await node.node.heaviest().hash == trunk[4].hash)
        let next = try await node.block(on: rival, mark: 1)
        #expect(try await node.node.add(next) == .added(isHead: true))
        #expect(try await node.node.heaviestHash(5) == rival.hash)
        #expect(try await node.node.heaviest().totalDifficulty == UInt256(131_072 * 7))
        // A shorter branch of quick blocks may be the heavier one.
        var last = trunk[3]
        for _ in 0..<2 {
            last = try await node.block(on: last, seconds: 1, mark: 2)
            _ = try await node.node.add(last)
        }
        #expect(try await node.node.heaviest().hash == last.hash)
        #expect(try await node.node.heaviest().totalDifficulty > UInt256(131_072 * 7))
    }

    @Test("a block that was written, but not followed before the node was killed, is followed when it comes again")
    func brokenOff() async throws {
        let (maker, folder) = (try WorkNode(), TemporaryFolder())
        let blocks = try await maker.extend(3)
        let file = try KeyValueStore(directory: folder.path, tables: ExecutionStore.tables)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let killed = try ExecutionNode(genesis: WorkNode.genesis, store: file, sealEngine: QuickSeals(), logger: logger)
        for block in blocks { #expect(try await killed.add(block) == .added(isHead: true)) }
        await killed.stop()
        // What stands there between the two writes.
        try ExecutionStore(file).write { batch in
            batch.removeCanonical(from: 3)
            batch.set(.head, blocks[1].hash)
        }
        let node = try ExecutionNode(genesis: WorkNode.genesis, store: file, sealEngine: QuickSeals(), logger: logger)
        #expect(try await node.heaviest().hash == blocks[1].hash)
        #expect(try await node.add(blocks[2]) == .known)
        #expect(try await node.heaviest().hash == blocks[2].hash)
        #expect(try await node.heaviestHash(3) == blocks[2].hash)
        // What is lighter moves nothing.
        #expect(try await node.add(blocks[0]) == .known)
        #expect(try await node.heaviest().hash == blocks[2].hash)
    }

    @Test("what is known, has no parent here, is of the future, unsealed or wrong is told apart")
    func verdicts() async throws {
        let node = try WorkNode()
        let blocks = try await node.extend(3)
        #expect(try await node.node.add(blocks[1]) == .known)
        var changed = blocks[2]
        changed.header.parentHash = Keccak256.hash([])
        #expect(try await node.node.add(changed) == .orphan)
        changed = blocks[2]
        changed.header.timestamp = 1 << 40
        #expect(try await node.node.add(changed) == .early)
        for (name, change) in Self.wrong {
            changed = blocks[2]
            change(&changed.header)
            guard case .refused = try await node.node.add(WorkNode.sealed(changed)) else {
                Issue.record("\(name) was not refused")
                continue
            }
        }
        changed = WorkNode.sealed(blocks[2])
        changed.header.mixHash = Keccak256.hash([])
        // Its own seal does not cover the mix hash.
        guard case .refused(let reason) = try await node.node.add(changed) else { throw WrongVerdict() }
        #expect(reason.contains("sealed"))
        #expect(try await node.node.heaviest().hash == blocks[2].hash)
    }

    private static let wrong: [(String, @Sendable (inout BlockHeader) -> Void)] = [
        ("a state root", { $0.stateRoot = .zero }), ("a difficulty", { $0.difficulty = $0.difficulty &+ 1 }),
        ("gas used", { $0.gasUsed += 1 }), ("a body's root", { $0.transactionsRoot = .zero }), ("a base fee", { $0.baseFeePerGas = 1 }),
        ("long extra data", { $0.extraData = [UInt8](repeating: 0, count: 33) }),
    ]

    struct WrongVerdict: Error {}

    @Test("uncles are paid for where they may stand, and refused elsewhere")
    func uncles() async throws {
        let node = try WorkNode()
        let trunk = try await node.extend(9)
        func uncle(of parent: Block, mark: UInt8) async throws -> BlockHeader { try await node.block(on: parent, mark: mark).header }
        /// A block behind `parent` with these uncles; its state is that of a block without them.
        func block(_ ommers: [BlockHeader], on parent: Block) async throws -> Block {
            var block = try await node.block(on: parent, mark: 50)
            (block.ommers, block.header.ommersHash) = (ommers, BlockRoots.ommers(ommers))
            return WorkNode.sealed(block)
        }
        let brother = try await uncle(of: trunk[7], mark: 7)
        // Valid but for the state, which has nobody's reward in it.
        guard case .refused(let reason) = try await node.node.add(block([brother], on: trunk[8])) else { throw WrongVerdict() }
        #expect(reason.contains("stateRoot"))
        var unsealed = brother
        repeat {
            unsealed.nonce = Bytes8(bigEndian: unsealed.nonce.bigEndianNumber + 1)
        } while QuickSeals().isSealed(
            SealTask(sealHash: unsealed.ethashSealHash, number: unsealed.number, difficulty: unsealed.difficulty),
            nonce: unsealed.nonce.bigEndianNumber)
        let cases: [(OmmerFault, [BlockHeader])] = [
            (.isAncestor, [trunk[8].header]), (.repeated, [brother, brother]), (.isBrother, [try await uncle(of: trunk[8], mark: 8)]),
            (.tooOld, [try await uncle(of: trunk[0], mark: 8)]), (.unsealed, [unsealed]),
        ]
        for (fault, ommers) in cases {
            guard case .refused(let reason) = try await node.node.add(block(ommers, on: trunk[8])) else { throw WrongVerdict() }
            #expect(reason.contains(fault.rawValue), "\(fault)")
        }
        // Where it may stand: seven eighths of the block's reward for the uncle of the generation before, a thirty-second for naming it.
        let paid = try await node.block(on: trunk[7], mark: 9, coinbase: WorkNode.bob).header
        func balances() async throws -> [UInt256] {
            var balances: [UInt256] = []
            for address in [WorkNode.bob, WorkNode.coinbase] {
                let account = try await node.node.account(address, at: .latest)
                balances.append(try #require(account).balance)
            }
            return balances
        }
        let before = try await balances()
        let naming = try WorkNode.naming([paid], in: try await node.block(on: trunk[8], mark: 60), behind: trunk)
        #expect(try await node.node.add(naming) == .added(isHead: true))
        let after = try await balances()
        #expect(after[0] &- before[0] == UInt256(1_750_000_000_000_000_000))
        #expect(after[1] &- before[1] == UInt256(2_062_500_000_000_000_000))
    }

    @Test("the work of imported blocks is written with them, and that of blocks which came without it once it is asked for")
    func importedWork() async throws {
        let maker = try WorkNode()
        let blocks = try await maker.extend(9)
        let (folder, other) = (TemporaryFolder(), TemporaryFolder())
        let file = try KeyValueStore(directory: folder.path, tables: ExecutionStore.tables)
        var chain = try ChainImport(genesis: WorkNode.genesis, store: file, checksWork: false)
        for block in blocks { try chain.add(block) }
        #expect(chain.head == blocks[8].header)
        let old = try KeyValueStore(directory: other.path, tables: ExecutionStore.tables)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let node = try ExecutionNode(genesis: WorkNode.genesis, store: old, sealEngine: QuickSeals(), logger: logger)
        try ExecutionStore(old).write { batch in
            for block in blocks { batch.putBlock(block.hash, header: block.header.encoded, body: block.encodedBody) }
        }
        #expect(try ExecutionStore(old).work(blocks[0].hash) == nil)
        #expect(try await node.point(blocks[8].hash)?.totalDifficulty == UInt256(131_072 * 10))
        for (index, block) in blocks.enumerated() {
            let work = UInt256(131_072 * UInt64(index + 2))
            #expect(try ExecutionStore(file).work(block.hash) == work && ExecutionStore(old).work(block.hash) == work)
        }
    }

    @Test("a chain whose work is more than numbers hold is not imported")
    func endlessWork() async throws {
        var genesis = WorkNode.genesis
        genesis.difficulty = .max
        let folder = TemporaryFolder()
        let file = try KeyValueStore(directory: folder.path, tables: ExecutionStore.tables)
        var chain = try ChainImport(genesis: genesis, store: file, checksWork: false)
        let node = try WorkNode(genesis)
        let block = try await node.block(on: node.node.genesisBlock)
        #expect(throws: BlockError.tooMuchWork) { try chain.add(block) }
        guard case .refused(let reason) = try await node.node.add(block) else { throw WrongVerdict() }
        #expect(reason.contains("more than numbers hold"))
    }

    @Test("a node that mines makes blocks of its pool's transactions until it is told to stop")
    func mining() async throws {
        let node = try WorkNode()
        let transfer = try WorkNode.transfer(nonce: 0)
        _ = try await node.node.submit(transfer.encoded)
        let (mined, continuation) = AsyncStream.makeStream(of: Block.self)
        let task = Task {
            await node.node.mine(for: WorkNode.bob) { block, point in
                #expect(point.hash == block.hash)
                continuation.yield(block)
            }
        }
        var blocks: [Block] = []
        for await block in mined {
            blocks.append(block)
            if blocks.count == 3 { break }
        }
        #expect(await node.node.coinbase() == WorkNode.bob)
        task.cancel()
        await task.value
        #expect(await node.node.coinbase() == nil)
        #expect(blocks.contains { $0.transactions == [transfer.encoded] })
        #expect(blocks.allSatisfy { $0.header.coinbase == WorkNode.bob })
        #expect(try await node.node.heaviest().header.number >= 3)
        #expect(await node.node.poolCounts().pending == 0)
        // Another node takes them.
        let other = try WorkNode()
        for block in blocks { #expect(try await other.node.add(block) == .added(isHead: true)) }
        let earned = try await other.node.account(WorkNode.bob, at: .latest)?.balance
        #expect(try #require(earned) > UInt256(2_000_000_000_000_000_000) &* 3)
    }
}
