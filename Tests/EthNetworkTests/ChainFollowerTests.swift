import EthProtocol
import ExecutionChain
import ExecutionNode
import Logging
import Multiformats
import NIOPosix
import NodeRecords
import Primitives
import RLPxHost
import Secp256k1
import ServiceInterfaces
import TestWorkChain
import Testing

@testable import EthNetwork

@Suite("Following the heaviest chain of the peers", .timeLimit(.minutes(3)))
struct ChainFollowerTests {
    /// A host that tells of a list of blocks.
    struct Teller {
        let host: RLPxHost
        let peers: EthPeers
        let witness: Witness
        let endpoint: NodeEndpoint
        var id: NodeID { host.publicKey.nodeID }
    }

    private func host(_ number: UInt8, _ chain: any EthChain, timeout: UInt64 = 20_000) async throws -> Teller {
        var limits = EthSession.Limits()
        limits.timeout = timeout
        let peers = EthPeers(chain: chain, pool: MadePool(), limits: limits, followsWork: true, logger: Logger(label: "test"))
        let witness = Witness(peers)
        var settings = RLPxHostSettings(offered: EthPeers.offeredForWork)
        // Machines that are busy greet late; who waits too long is a test of its own.
        settings.greetingTimeout = 3_600
        (settings.host, settings.port) = (IPAddress("127.0.0.1"), 0)
        let host = RLPxHost(
            key: try Secp256k1PrivateKey(Keccak256.hash([0xf0, number])), settings: settings, handler: witness,
            logger: Logger(label: "test"))
        let port = try await host.start(on: MultiThreadedEventLoopGroup.singleton)
        return Teller(
            host: host, peers: peers, witness: witness,
            endpoint: NodeEndpoint(address: try #require(IPAddress("127.0.0.1")), port: port))
    }

    /// Lets `node`, which tells of the chain that `own` is, follow these until its head is `head`.
    private func follow(
        _ node: WorkNode, from tellers: [Teller], to head: Hash32, own: [Block] = [], timeout: UInt64 = 20_000,
        settings: ChainFollower.Settings = .init(), then: (Teller, ChainFollower) async throws -> Void = { _, _ in }
    ) async throws {
        let seeker = try await host(0, ListChain([node.node.genesisBlock] + own), timeout: timeout)
        let follower = ChainFollower(chain: node.node, peers: seeker.peers, settings: settings, logger: Logger(label: "test"))
        let task = Task { await follower.run() }
        for teller in tellers { try await seeker.host.connect(teller.host.publicKey, at: teller.endpoint) }
        try await node.waitForHead(head)
        try await then(seeker, follower)
        task.cancel()
        await task.value
        for teller in tellers + [seeker] { await teller.host.stop() }
    }

    /// One block more than the honest chain of these tests.
    private static let longer = Task { () throws -> [Block] in
        let node = try WorkNode()
        return [node.node.genesisBlock] + (try await node.extend(261))
    }
    private static let honest = Task { () throws -> [Block] in Array(try await longer.value.dropLast()) }

    @Test("a few hundred blocks come from a peer, and the state with them")
    func longChain() async throws {
        let blocks = try await Self.honest.value
        let node = try WorkNode()
        let teller = try await host(1, ListChain(blocks))
        try await follow(node, from: [teller], to: blocks[260].hash) { seeker, follower in
            while await follower.importedBlocks < 260 { await Task.yield() }
            // Questions that are open at once and late at once are one failure.
            for _ in 0..<4 { await follower.rest(teller.id) }
            #expect(await seeker.peers.statuses.keys.contains(teller.id))
        }
        #expect(try await node.node.heaviest().totalDifficulty == ListChain(blocks).work)
        #expect(try await node.node.account(WorkNode.bob, at: .latest)?.balance == UInt256(37 * 5))
        #expect(try await node.node.receipts(of: blocks[7].hash)?.count == 1)
    }

    @Test("a heavier branch takes the place of this node's")
    func reorganisation() async throws {
        let blocks = try await Self.honest.value
        let node = try WorkNode()
        for block in blocks[1...100] { _ = try await node.node.add(block) }
        let own = try await node.extend(30, on: blocks[100], mark: 9, nonce: 14)
        #expect(try await node.node.heaviest().hash == own[29].hash)
        let teller = try await host(2, ListChain(blocks))
        try await follow(node, from: [teller], to: blocks[260].hash, own: Array(blocks[1...100]) + own)
        #expect(try await node.node.heaviestHash(115) == blocks[115].hash)
    }

    enum Lie: CaseIterable { case boast, unsealed, bodies, state, difficulty }

    @Test("a peer that lies loses its connection, and the chain comes from another", arguments: Lie.allCases)
    func liars(lie: Lie) async throws {
        let blocks = try await Self.honest.value
        // Heavier than the honest chain by a block, so that it is asked for.
        let longer = try await Self.longer.value
        var told = lie == .boast ? blocks : longer
        /// Changes block 200, and links what follows to it.
        func spoil(sealed: Bool, _ change: (inout BlockHeader) -> Void) {
            for number in 200..<told.count {
                if number == 200 { change(&told[number].header) } else { told[number].header.parentHash = told[number - 1].hash }
                if sealed || number > 200 { told[number] = WorkNode.sealed(told[number]) }
            }
        }
        switch lie {
        case .boast, .bodies: break
        case .unsealed:
            var mark: UInt8 = 1
            repeat {
                told = longer
                spoil(sealed: false) { $0.extraData = [mark] }
                mark += 1
            } while QuickSeals().isSealed(
                SealTask(sealHash: told[200].header.ethashSealHash, number: 200, difficulty: 131_072),
                nonce: told[200].header.nonce.bigEndianNumber)
        case .state: spoil(sealed: true) { $0.stateRoot = Keccak256.hash([1]) }
        case .difficulty: spoil(sealed: true) { $0.difficulty = $0.difficulty &+ 1 }
        }
        var chain = ListChain(told)
        if lie == .boast { chain.boast = 1_000_000_000 }
        if lie == .bodies {
            // Whichever it is asked for.
            for var block in told.dropFirst() {
                let hash = block.hash
                block.transactions = [[0xc1, 0x01]]
                chain.bodies[hash] = block
            }
        }
        var settings = ChainFollower.Settings()
        (settings.rest, settings.tick) = (.milliseconds(20), .milliseconds(20))
        let node = try WorkNode()
        let (liar, other) = (try await host(3, chain), try await host(4, ListChain(blocks)))
        try await follow(node, from: [liar, other], to: blocks[260].hash, settings: settings) { seeker, _ in
            await seeker.witness.wait(for: .disconnected(liar.id))
            await liar.witness.wait(for: .disconnected(seeker.id))
            // It is not taken again.
            await #expect(throws: RLPxHostError.self) { try await seeker.host.connect(liar.host.publicKey, at: liar.endpoint) }
            #expect(await seeker.peers.statuses.keys.contains(liar.id) == false)
        }
    }

    @Test("a peer that does not answer is left for another, and loses its connection in time")
    func silence() async throws {
        let blocks = try await Self.honest.value
        var chain = ListChain(blocks)
        (chain.boast, chain.isSilent) = (1_000_000_000, true)
        let (mute, other) = (try await host(5, chain), try await host(6, ListChain(blocks)))
        var settings = ChainFollower.Settings()
        (settings.rest, settings.tick) = (.milliseconds(20), .milliseconds(20))
        try await follow(try WorkNode(), from: [mute, other], to: blocks[260].hash, timeout: 3_000, settings: settings) { seeker, _ in
            await seeker.witness.wait(for: .disconnected(mute.id))
        }
    }

    @Test("a block that is announced, whole or by its hash, is taken and told on; one that is not valid costs the connection")
    func announcements() async throws {
        let maker = try WorkNode()
        let known = [maker.node.genesisBlock] + (try await maker.extend(3))
        let whole = try await maker.extend(1, on: known[3])[0]
        let byHash = try await maker.extend(1, on: whole)[0]
        let last = try await maker.extend(1, on: byHash)[0]
        var told = ListChain(known)
        told.bodies[byHash.hash] = byHash
        let node = try WorkNode()
        let (teller, listener) = (try await host(7, told), try await host(8, ListChain(known)))
        try await follow(node, from: [teller, listener], to: known[3].hash) { seeker, _ in
            await teller.peers.announce(whole, totalDifficulty: told.work &+ whole.header.difficulty)
            try await node.waitForHead(whole.hash)
            await listener.witness.wait(for: .received(7, from: seeker.id))
            let peer = try #require(await teller.host.peers.first)
            func send(_ message: EthMessage) { peer.send(message.code, of: "eth", data: message.encoded(.eth68)) }
            send(.newBlockHashes([.init(hash: byHash.hash, number: 5)]))
            try await node.waitForHead(byHash.hash)
            // A block whose parent is not here is no fault.
            var stranger = byHash
            stranger.header.parentHash = .zero
            send(.newBlock(WorkNode.sealed(stranger), totalDifficulty: told.work))
            // Nor is one whose state is wrong: who relays it does not execute it.
            var wrong = byHash
            wrong.header.stateRoot = .zero
            send(.newBlock(WorkNode.sealed(wrong), totalDifficulty: told.work))
            send(.newBlock(last, totalDifficulty: told.work))
            try await node.waitForHead(last.hash)
            wrong = byHash
            wrong.header.difficulty = wrong.header.difficulty &+ 1
            send(.newBlock(WorkNode.sealed(wrong), totalDifficulty: told.work))
            await seeker.witness.wait(for: .disconnected(teller.id))
            #expect(await seeker.peers.statuses.keys.contains(listener.id))
        }
    }

    @Test("a block that is sent whole is not looked at where it is far from the head")
    func farAnnouncements() async throws {
        let maker = try WorkNode()
        let known = [maker.node.genesisBlock] + (try await maker.extend(10))
        let next = try await maker.extend(1, on: known[10])[0]
        let old = try await maker.block(on: known[1], mark: 1)
        let near = try await maker.block(on: known[3], mark: 1)
        var far = next
        (far.header.number, far.header.parentHash) = (.max, known[10].hash)
        let node = try WorkNode()
        let teller = try await host(12, ListChain(known))
        try await follow(node, from: [teller], to: known[10].hash) { seeker, _ in
            let peer = try #require(await teller.host.peers.first)
            for block in [old, WorkNode.sealed(far), near, next] {
                let message = EthMessage.newBlock(block, totalDifficulty: ListChain(known).work)
                peer.send(message.code, of: "eth", data: message.encoded(.eth68))
            }
            try await node.waitForHead(next.hash)
            #expect(try await node.node.point(old.hash) == nil)
            #expect(try await node.node.point(near.hash) != nil)
            // Its number is not its parent's plus one, which would have cost the connection.
            #expect(await seeker.peers.statuses.keys.contains(teller.id))
        }
    }

    @Test("what a peer has of a time that has not come keeps nobody from what it has before")
    func early() async throws {
        let maker = try WorkNode()
        let blocks = [maker.node.genesisBlock] + (try await maker.extend(5))
        var ahead = try await maker.block(on: blocks[5])
        ahead.header.timestamp = 1 << 40
        let node = try WorkNode()
        let teller = try await host(13, ListChain(blocks + [WorkNode.sealed(ahead)]))
        try await follow(node, from: [teller], to: blocks[5].hash) { seeker, _ in
            #expect(await seeker.peers.statuses.keys.contains(teller.id))
        }
        #expect(try await node.node.heaviest().hash == blocks[5].hash)
    }

    @Test("a block whose state is wrong may be relayed once, not twice")
    func repeatedRefusal() async throws {
        let maker = try WorkNode()
        let known = [maker.node.genesisBlock] + (try await maker.extend(2))
        var wrong = try await maker.block(on: known[2])
        wrong.header.stateRoot = .zero
        wrong = WorkNode.sealed(wrong)
        let chain = ListChain(known)
        let message = EthMessage.newBlock(wrong, totalDifficulty: chain.work)
        let (first, second) = (try await host(12, chain), try await host(13, chain))
        try await follow(try WorkNode(), from: [first, second], to: known[2].hash) { seeker, _ in
            for (teller, times) in [(first, 1), (second, 2)] {
                await teller.witness.wait(for: .received(0, from: seeker.id))
                let peer = try #require(await teller.host.peers.first)
                for _ in 0..<times { peer.send(message.code, of: "eth", data: message.encoded(.eth68)) }
            }
            await seeker.witness.wait(for: .disconnected(second.id))
            #expect(await seeker.peers.statuses.keys.contains(first.id))
        }
    }

    @Test("a hash whose block's parent is not here brings what lies between")
    func missedAnnouncements() async throws {
        let maker = try WorkNode()
        let blocks = [maker.node.genesisBlock] + (try await maker.extend(5))
        var chain = ListChain(blocks)
        // It said that it has the genesis alone, and of nothing since.
        chain.boast = blocks[0].header.difficulty &- chain.work
        let node = try WorkNode()
        let teller = try await host(9, chain)
        try await follow(node, from: [teller], to: blocks[0].hash) { seeker, _ in
            await teller.witness.wait(for: .received(0, from: seeker.id))
            let message = EthMessage.newBlockHashes([.init(hash: Keccak256.hash([]), number: 1), .init(hash: blocks[5].hash, number: 5)])
            let peer = try #require(await teller.host.peers.first)
            peer.send(message.code, of: "eth", data: message.encoded(.eth68))
            try await node.waitForHead(blocks[5].hash)
        }
    }

    @Test("who asks and is cancelled waits no longer for an answer")
    func cancelled() async throws {
        let blocks = [try WorkNode().node.genesisBlock]
        var chain = ListChain(blocks)
        let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
        (chain.isSilent, chain.asked) = (true, continuation)
        let (mute, seeker) = (try await host(10, chain), try await host(11, ListChain(blocks), timeout: 3_600_000))
        try await seeker.host.connect(mute.host.publicKey, at: mute.endpoint)
        await seeker.witness.wait(for: .received(0, from: mute.id))
        let question = Task { await seeker.peers.headers(of: mute.id, .init(origin: .number(0), limit: 1)) }
        for await _ in asked { break }
        question.cancel()
        #expect(await question.value == nil)
        for teller in [mute, seeker] { await teller.host.stop() }
    }
}
