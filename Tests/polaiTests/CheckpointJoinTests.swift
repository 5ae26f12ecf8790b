import BeaconNode
import BeaconTypes
import BeaconWire
import ChainSync
import EngineTypes
import ExecutionNode
import Kademlia
import LibP2P
import Logging
import Multiformats
import NIOPosix
import PeerBlocks
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import Testing

@testable import polai

@Suite("Joining at an invite's checkpoint", .timeLimit(.minutes(2)))
struct CheckpointJoinTests {
    private static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    /// What a peer does when it is asked for the checkpoint.
    private enum Manner: CaseIterable {
        case honest, wrongState, wrongSignature, tooLong, stalls, chainless
    }

    /// A chain's source that gives another state, or the right block under another signature.
    private struct Lying: BlockSource {
        let base: ChainBlockSource
        let manner: Manner
        var name: String { base.name }
        func status() async throws -> BlockSourceStatus { try await base.status() }
        func blocks(in slots: Range<Slot>) async throws -> [SignedBeaconBlock] { try await base.blocks(in: slots) }
        func blocks(roots: [Root]) async throws -> [SignedBeaconBlock] {
            let blocks = try await base.blocks(roots: roots)
            guard manner == .wrongSignature else { return blocks }
            return blocks.map { SignedBeaconBlock(message: $0.message, signature: BLSSignature()) }
        }

        func state(after block: BeaconBlock) async throws -> BeaconState {
            var state = try await base.state(after: block)
            if manner == .wrongState { state.balances[0] += 1 }
            return state
        }
    }

    private func host(_ seed: UInt8) throws -> LibP2P.Host {
        LibP2P.Host(
            identity: try PeerKeyPair(seed: [UInt8](repeating: seed, count: 32)), group: MultiThreadedEventLoopGroup.singleton,
            logger: Self.quiet)
    }

    private func serve(_ host: LibP2P.Host, _ manner: Manner, _ source: ChainBlockSource, _ genesis: ChainGenesis) {
        let given: any BlockSource = [.wrongState, .wrongSignature].contains(manner) ? Lying(base: source, manner: manner) : source
        if manner != .chainless {
            RequestServer(
                host: host, agreement: ChainAgreement(forkDigest: genesis.beacon.forkDigest, source: source), source: given,
                spec: genesis.spec, logger: Self.quiet
            ).serve()
        }
        switch manner {
        case .honest, .wrongState, .wrongSignature, .chainless: break
        case .tooLong:
            host.handle(RequestProtocol.stateByBlockRoot.id) { stream in
                while try await stream.read() != nil {}
                let endless = UInt64(1 << 40).littleEndianBytes + [UInt8](repeating: 0, count: StateChunk.maximumPart)
                try await stream.write(RequestFrames.chunk(endless, context: genesis.beacon.forkDigest))
            }
        case .stalls:
            host.handle(RequestProtocol.stateByBlockRoot.id) { stream in
                while try await stream.read() != nil {}
                try await Task.sleep(for: .seconds(600))
            }
        }
    }

    /// A node at slot 8 of a chain, asked by peers of these manners, in this order. `body` is told how to ask them.
    private func asked(
        _ manners: [Manner], known: Manner? = nil, patience: Duration = .seconds(60),
        _ body: @escaping @Sendable (TwoNodeNetwork, TestNode, PeerCheckpoint) async throws -> Void
    ) async throws {
        let network = try TwoNodeNetwork(validators: 2)
        let one = try await network.node("one", validators: 0..<2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await one.run() }
            await network.waitUntilReady(1)
            try await TwoNodesTests.pass(1...8, network, [one], validators: 2)
            var (places, tables): ([Multiaddr], [KademliaNode]) = ([], [])
            for (index, manner) in manners.enumerated() {
                let host = try host(UInt8(10 + index))
                serve(host, manner, one.source, network.genesis)
                group.addTask { await host.run() }
                let place = try await host.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
                places.append(try Multiaddr("\(place)/p2p/\(host.peerID)"))
                guard let known, index == 0 else { continue }
                // A node that nobody named, but this one knows.
                let other = try self.host(99)
                serve(other, known, one.source, network.genesis)
                group.addTask { await other.run() }
                let address = try await other.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
                let table = KademliaNode(host: host, now: { 0 })
                table.serve()
                let others = KademliaNode(host: other, now: { 0 })
                others.serve()
                tables += [table, others]
                try await table.add(other.peerID, addresses: [address])
            }
            let final = try await one.source.status().finalized
            #expect(final.epoch > 2)
            try await body(
                network, one,
                PeerCheckpoint(checkpoint: final, places: places, patience: patience, pause: .milliseconds(10), logger: Self.quiet))
            withExtendedLifetime(tables) { group.cancelAll() }
        }
    }

    @Test("A joiner begins at the checkpoint that an honest peer gives, whatever the peers before it give, and the history follows behind")
    func joins() async throws {
        try await asked([.chainless, .wrongState, .wrongSignature, .tooLong, .honest]) { network, one, origin in
            let late = try await network.node("late", validators: 0..<0, sources: [one.source], checkpoint: origin)
            let node = late.beacon.beacon
            let history = BeaconHistory(node)
            let anchor = try #require(try await node.block(.finalized))
            #expect(anchor.root == origin.checkpoint.root)
            #expect(try history.missingHistory() == 1..<anchor.block.message.slot)
            // To the head at once, on an execution layer that has executed nothing.
            try await late.beacon.catchUp()
            #expect(try await node.blockRoot(.head) == one.beacon.beacon.blockRoot(.head))
            #expect(node.syncStatus().isOptimistic)
            #expect(throws: BeaconNodeError.self) { try node.ackCommittee(slot: 8) }
            // A peer that asks for what is missing is told so.
            let partial = ChainBlockSource(name: "late", chain: node) { try history.missingHistory() }
            await #expect(throws: ChainSyncError.self) { try await partial.blocks(in: 1..<3) }
            // The execution layer executes all from genesis on, behind.
            try await late.beacon.sync.fetchHistory(history)
            #expect(!node.syncStatus().isOptimistic)
            _ = try node.ackCommittee(slot: 8)
            #expect(try await partial.blocks(in: 1..<3).map(\.message.slot) == [1, 2])
            let heads = try await (late.geth.execution.block(.latest), one.geth.execution.block(.latest))
            #expect(heads.0 != nil && heads.0?.payload.blockHash == heads.1?.payload.blockHash)
            await late.geth.execution.stop()
            node.stop()
        }
    }

    @Test("A peer that stalls is left, and a node that the named ones know is asked")
    func stalls() async throws {
        try await asked([.stalls], known: .honest, patience: .seconds(6)) { network, _, origin in
            let anchor = try await origin.anchor(genesis: network.genesis.beacon, currentSlot: 8)
            #expect(anchor?.root == origin.checkpoint.root)
        }
    }

    @Test("Where nobody gives the checkpoint, the chain begins at genesis")
    func nobody() async throws {
        try await asked([.wrongState, .chainless]) { network, one, origin in
            #expect(try await origin.anchor(genesis: network.genesis.beacon, currentSlot: 8) == nil)
            let late = try await network.node("late", validators: 0..<0, sources: [one.source], checkpoint: origin)
            let isWhole = try BeaconHistory(late.beacon.beacon).isWhole
            #expect(isWhole)
            try await late.beacon.catchUp()
            #expect(try await late.beacon.beacon.blockRoot(.head) == one.beacon.beacon.blockRoot(.head))
            #expect(!late.beacon.beacon.syncStatus().isOptimistic)
            await late.geth.execution.stop()
            late.beacon.beacon.stop()
        }
    }

    @Test("A checkpoint that is too old to start at is not started at, and what is not the invite's is refused")
    func stale() async throws {
        try await asked([.honest]) { network, _, origin in
            let late = try await origin.anchor(genesis: network.genesis.beacon, currentSlot: 1 << 20)
            #expect(late == nil)
            var early = origin
            early.checkpoint.epoch = 1
            let refused = try await early.anchor(genesis: network.genesis.beacon, currentSlot: 8)
            #expect(refused == nil)
        }
    }
}

@Suite("Whether a joined chain is the invite's")
struct InviteWatchTests {
    private func block(_ slot: Slot, isFinalized: Bool) -> ChainBlock {
        var block = BeaconBlock(default: .pol)
        block.slot = slot
        return ChainBlock(
            root: .zero, block: SignedBeaconBlock(message: block, signature: BLSSignature()), isCanonical: isFinalized,
            isFinalized: isFinalized)
    }

    private func finding(finalized: Epoch, _ block: ChainBlock?, missing: Range<Slot>? = nil) -> InviteWatch.Finding {
        InviteWatch.finding(
            Checkpoint(epoch: 40, root: .zero), finalized: finalized, block: block, missing: missing, slotsPerEpoch: 1)
    }

    @Test("Nobody is accused while the block is merely not here yet; a chain that finalised without it is")
    func findings() {
        #expect(finding(finalized: 39, nil) == .open)
        #expect(finding(finalized: 40, block(40, isFinalized: true)) == .reached)
        #expect(finding(finalized: 41, block(39, isFinalized: true)) == .reached)
        #expect(finding(finalized: 41, block(40, isFinalized: false)) == .contradicted)
        #expect(finding(finalized: 90, nil) == .contradicted)
        // A start at a later checkpoint: the blocks before it come behind.
        #expect(finding(finalized: 90, nil, missing: 1..<80) == .open)
        #expect(finding(finalized: 90, nil, missing: 1..<41) == .open)
        // What is held of them is not proved: it may be of another branch.
        #expect(finding(finalized: 90, block(40, isFinalized: true), missing: 1..<80) == .open)
        #expect(finding(finalized: 90, block(40, isFinalized: false), missing: 1..<80) == .open)
        // A start at an earlier checkpoint: what is missing is before the invite's block.
        #expect(finding(finalized: 90, nil, missing: 1..<40) == .contradicted)
        #expect(finding(finalized: 90, block(40, isFinalized: true), missing: 1..<40) == .reached)
        #expect(finding(finalized: 90, block(40, isFinalized: false), missing: 1..<40) == .contradicted)
    }
}
