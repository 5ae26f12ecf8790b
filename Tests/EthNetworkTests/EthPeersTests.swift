import EVM
import EthProtocol
import ExecutionChain
import Logging
import Multiformats
import NIOPosix
import NodeRecords
import Primitives
import RLPx
import RLPxHost
import Secp256k1
import Synchronization
import Testing
import Transactions

@testable import EthNetwork

/// A chain of made-up blocks whose headers commit to their bodies and receipts.
struct MadeChain: EthChain {
    var blocks: [Block]
    let receiptLists: [Hash32: [Receipt]]
    var networkID: UInt64 = 1

    init(count: UInt64) {
        var (blocks, receiptLists) = ([Block](), [Hash32: [Receipt]]())
        for number in 0..<count {
            let transactions: [[UInt8]] = number % 3 == 0 ? [] : [[2, 0xc1, UInt8(number % 100)], [0xc1, UInt8(number % 50)]]
            let receipts = transactions.map { envelope in
                Receipt(
                    kind: envelope[0] == 2 ? .dynamicFee : .legacy, outcome: .status(true), cumulativeGasUsed: 21_000,
                    logs: [Log(address: .zero, topics: [], data: [UInt8(number % 256)])])
            }
            let header = BlockHeader(
                parentHash: blocks.last?.hash ?? .zero, transactionsRoot: BlockRoots.transactions(transactions),
                receiptsRoot: BlockRoots.receipts(receipts.map { receipt in receipt.encoded }), number: number)
            blocks.append(Block(header: header, transactions: transactions))
            receiptLists[header.hash] = receipts
        }
        (self.blocks, self.receiptLists) = (blocks, receiptLists)
    }

    func position() -> EthPosition {
        let schedule = ForkSchedule(genesis: blocks[0].hash, blocks: [], times: [])
        let number = UInt64(blocks.count - 1)
        return EthPosition(
            status: EthStatus(
                networkID: networkID, genesis: blocks[0].hash, forkID: schedule.id(number: number, time: 0),
                head: blocks.last?.hash ?? .zero,
                totalDifficulty: 1, blocks: 0...number), schedule: schedule, number: number, time: 0)
    }

    func block(number: UInt64) -> Block? { number < UInt64(blocks.count) ? blocks[Int(number)] : nil }
    func block(hash: Hash32) -> Block? { blocks.first { $0.hash == hash } }
    func receipts(of block: Hash32) -> [Receipt]? { receiptLists[block] }
}

/// A pool that takes whatever begins with a type, and tells what came.
final class MadePool: EthPool {
    let arrivals: AsyncStream<Hash32>
    private let continuation: AsyncStream<Hash32>.Continuation
    private let waiting = Mutex([Hash32: [UInt8]]())

    init(_ envelopes: [[UInt8]] = []) {
        (arrivals, continuation) = AsyncStream.makeStream()
        waiting.withLock { waiting in for envelope in envelopes { waiting[Keccak256.hash(envelope)] = envelope } }
    }

    func envelope(_ hash: Hash32) -> [UInt8]? { waiting.withLock { $0[hash] } }
    func envelopes(limit: Int) -> [[UInt8]] { waiting.withLock { Array($0.values.prefix(limit)) } }

    func take(_ envelope: [UInt8]) -> Bool {
        guard envelope.count > 1 else { return false }
        waiting.withLock { $0[Keccak256.hash(envelope)] = envelope }
        continuation.yield(Keccak256.hash(envelope))
        return true
    }
}

/// Hands everything to `eth`, and tells as a stream what it is done with.
final class Witness: RLPxPeerHandler {
    enum Event: Sendable, Equatable {
        case received(UInt64, from: NodeID)
        case disconnected(NodeID)
    }

    let peers: EthPeers
    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init(_ peers: EthPeers) {
        self.peers = peers
        (events, continuation) = AsyncStream.makeStream()
    }

    func connected(_ peer: RLPxPeer) async throws { try await peers.connected(peer) }

    func received(_ code: UInt64, of capability: Capability, data: [UInt8], from peer: RLPxPeer) async throws {
        try await peers.received(code, of: capability, data: data, from: peer)
        continuation.yield(.received(code, from: peer.nodeID))
    }

    func disconnected(_ peer: RLPxPeer) async {
        await peers.disconnected(peer)
        continuation.yield(.disconnected(peer.nodeID))
    }

    /// Waits for `event`, past all that comes before it.
    func wait(for event: Event) async {
        for await other in events where other == event { return }
    }
}

@Suite("eth between nodes", .timeLimit(.minutes(2)))
struct EthPeersTests {
    struct Node {
        let host: RLPxHost
        let peers: EthPeers
        let witness: Witness
        let endpoint: NodeEndpoint
    }

    private func node(_ number: UInt8, _ chain: MadeChain, _ pool: any EthPool = MadePool()) async throws -> Node {
        let peers = EthPeers(chain: chain, pool: pool, logger: Logger(label: "test"))
        let witness = Witness(peers)
        var settings = RLPxHostSettings(offered: EthPeers.offered)
        // Machines that are busy greet late; who waits too long is a test of its own.
        settings.greetingTimeout = 3_600
        (settings.host, settings.port) = (IPAddress("127.0.0.1"), 0)
        let host = RLPxHost(
            key: try Secp256k1PrivateKey(Keccak256.hash([number])), settings: settings, handler: witness, logger: Logger(label: "test"))
        let port = try await host.start(on: MultiThreadedEventLoopGroup.singleton)
        let endpoint = NodeEndpoint(address: try #require(IPAddress("127.0.0.1")), port: port)
        return Node(host: host, peers: peers, witness: witness, endpoint: endpoint)
    }

    /// Waits until the other's status came: its answer to a question comes behind it.
    private func join(_ one: Node, _ other: Node) async throws -> NodeID {
        let peer = try await one.host.connect(other.host.publicKey, at: other.endpoint)
        await one.witness.wait(for: .received(0, from: peer.nodeID))
        return peer.nodeID
    }

    @Test("headers and bodies come from a peer as it has them")
    func chain() async throws {
        let chain = MadeChain(count: 300)
        let (one, other) = (try await node(1, MadeChain(count: 1)), try await node(2, chain))
        let id = try await join(one, other)
        #expect(await one.peers.version(of: id) == .eth69)
        #expect(await one.peers.statuses[id]?.blocks == 0...299)
        let all = await one.peers.headers(of: id, .init(origin: .number(1), limit: 2_000))
        #expect(all == chain.blocks.dropFirst().map { block in block.header })
        let some = await one.peers.headers(of: id, .init(origin: .hash(chain.blocks[100].hash), limit: 4, skip: 9, isReverse: true))
        #expect(some?.map { header in header.number } == [100, 90, 80, 70])
        #expect(await one.peers.headers(of: id, .init(origin: .number(500), limit: 4)) == [])
        #expect(await one.peers.headers(of: id, .init(origin: .number(3), limit: 4, skip: .max)) == [chain.blocks[3].header])
        let headers = Array(chain.blocks[10..<60].map { block in block.header })
        #expect(await one.peers.blocks(of: id, headers) == Array(chain.blocks[10..<60]))
        // What the peer does not have it leaves out.
        #expect(await one.peers.blocks(of: id, [BlockHeader(number: 5)]) == [])
        for node in [one, other] { await node.host.stop() }
    }

    @Test("headers that do not follow each other, as when the chain changes while it is read, end the answer", arguments: [false, true])
    func turningChain(isReverse: Bool) async throws {
        var chain = MadeChain(count: 10)
        chain.blocks[5].header.parentHash = .zero
        let answers = EthAnswers(chain: chain, pool: MadePool())
        let request = EthMessage.HeaderRequest(origin: .number(isReverse ? 8 : 2), limit: 8, isReverse: isReverse)
        guard case .blockHeaders(_, let headers)? = await answers.answer(.getBlockHeaders(id: 1, request)) else { throw NoHeaders() }
        #expect(headers.map { $0.number } == (isReverse ? [8, 7, 6] : [2, 3, 4]))
        #expect(request.isAnswered(by: headers))
    }

    @Test("receipts are given as they are had")
    func receipts() async {
        let chain = MadeChain(count: 20)
        let hashes = chain.blocks.map { block in block.hash }
        let answer = await EthAnswers(chain: chain, pool: MadePool()).answer(.getReceipts(id: 3, [.zero] + hashes))
        #expect(answer == EthMessage.receipts(id: 3, hashes.compactMap { hash in chain.receiptLists[hash] }))
    }

    struct NoHeaders: Error {}

    @Test("what waits in a pool goes to a new peer, and what comes later to all")
    func transactions() async throws {
        let chain = MadeChain(count: 2)
        let (first, second): ([UInt8], [UInt8]) = ([2, 0xc1, 1], [0xc2, 1, 2])
        let (ours, theirs) = (MadePool(), MadePool([first]))
        let (one, other) = (try await node(3, chain, ours), try await node(4, chain, theirs))
        _ = try await join(one, other)
        for await hash in ours.arrivals where hash == Keccak256.hash(first) { break }
        _ = theirs.take(second)
        await other.peers.announce([second])
        for await hash in ours.arrivals where hash == Keccak256.hash(second) { break }
        #expect(ours.envelope(Keccak256.hash(second)) == second)
        for node in [one, other] { await node.host.stop() }
    }

    @Test("all that a peer announces is asked for, question by question")
    func manyTransactions() async throws {
        let chain = MadeChain(count: 2)
        let envelopes = (0..<600).map { number in [2, 0xc2, UInt8(number / 100), UInt8(number % 100)] }
        let ours = MadePool()
        let (one, other) = (try await node(9, chain, ours), try await node(10, chain, MadePool(envelopes)))
        _ = try await join(one, other)
        var missing = Set(envelopes.map { envelope in Keccak256.hash(envelope) })
        for await hash in ours.arrivals {
            missing.remove(hash)
            if missing.isEmpty { break }
        }
        for node in [one, other] { await node.host.stop() }
    }

    /// A pool that gives another transaction than it is asked for.
    struct ForgingPool: EthPool {
        func envelope(_ hash: Hash32) -> [UInt8]? { [2, 0xc1, 99] }
        func envelopes(limit: Int) -> [[UInt8]] { [[2, 0xc1, 1]] }
        func take(_ envelope: [UInt8]) -> Bool { true }
    }

    @Test("who gives a transaction that was not asked for loses its connection")
    func foreignTransaction() async throws {
        let chain = MadeChain(count: 2)
        let ours = MadePool()
        let (one, other) = (try await node(11, chain, ours), try await node(12, chain, ForgingPool()))
        let id = try await join(one, other)
        await one.witness.wait(for: .disconnected(id))
        #expect(ours.envelopes(limit: 10).isEmpty)
        for node in [one, other] { await node.host.stop() }
    }

    @Test("a peer of another network or chain is refused")
    func strangers() async throws {
        var elsewhere = MadeChain(count: 2)
        elsewhere.networkID = 2
        let (one, other) = (try await node(5, MadeChain(count: 2)), try await node(6, elsewhere))
        let peer = try await one.host.connect(other.host.publicKey, at: other.endpoint)
        await one.witness.wait(for: .disconnected(peer.nodeID))
        #expect(await one.host.peers.isEmpty)
        #expect(await one.peers.statuses.isEmpty)
        #expect(await one.peers.headers(of: peer.nodeID, .init(origin: .number(0), limit: 1)) == nil)
        for node in [one, other] { await node.host.stop() }
    }

    @Test("a peer that answers what was not asked, or sends what is no transaction, loses its place", arguments: [0, 1, 2])
    func breaches(kind: Int) async throws {
        let chain = MadeChain(count: 2)
        let (one, other) = (try await node(7, chain), try await node(8, chain))
        let id = try await join(one, other)
        await other.witness.wait(for: .received(0, from: one.host.publicKey.nodeID))
        let message: EthMessage =
            switch kind {
            case 0: .blockHeaders(id: 77, [])
            case 1: .transactions([[2]])
            default: .status(chain.position().status)
            }
        await other.host.peers.first?.send(message.code, of: "eth", data: message.encoded(.eth69))
        await one.witness.wait(for: .disconnected(id))
        #expect(await one.host.peers.isEmpty)
        #expect(await one.peers.statuses[id] == nil)
        for node in [one, other] { await node.host.stop() }
    }
}
