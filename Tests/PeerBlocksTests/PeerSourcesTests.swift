import BeaconTypes
import BeaconWire
import ChainSync
import LibP2P
import Multiformats
import PeerIdentity
import Primitives
import SSZ
import ServiceInterfaces
import Synchronization
import Testing

@testable import PeerBlocks

/// Takes every block whose parent it knows, and tells when it has one of a slot.
private actor Shelf: BlockImporting, SyncTargetTaking {
    nonisolated let spec = BeaconSpec.pol
    private var known: [Root: Slot] = [BeaconBlock(default: .pol).hashTreeRoot(.pol): 0]
    private var waiters: [(Slot, CheckedContinuation<Void, Never>)] = []
    private(set) var target: Slot?

    func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) -> BlockImportOutcome {
        let (slot, root) = (block.message.slot, block.message.hashTreeRoot(spec))
        if known[root] != nil { return .alreadyKnown }
        guard known[block.message.parentRoot] != nil else { return .refused(.missingParent(block.message.parentRoot)) }
        known[root] = slot
        for (_, waiter) in waiters.filter({ $0.0 <= head }) { waiter.resume() }
        waiters.removeAll { $0.0 <= head }
        return .imported
    }

    func setSyncTarget(_ slot: Slot?) { target = slot }
    var head: Slot { known.values.max() ?? 0 }
    func hasBlock(_ root: Root) -> Bool { known[root] != nil }
    func sourceStatus() -> BlockSourceStatus { BlockSourceStatus(headRoot: .zero, headSlot: head, finalized: Checkpoint()) }

    func reach(_ slot: Slot) async {
        if head >= slot { return }
        await withCheckedContinuation { waiters.append((slot, $0)) }
    }
}

@Suite("Peers as sources of blocks", .timeLimit(.minutes(1)))
struct PeerSourcesTests {
    /// A node that is at slot 0 and waits for somebody with the chain, and the peers that it finds.
    private func follow(
        _ peers: [Host], verdicts: Verdicts = Verdicts(), _ body: @escaping @Sendable (Shelf, ChainSync) async throws -> Void
    ) async throws {
        let (own, shelf) = (try host(1), Shelf())
        let clock = SlotClock(genesisTime: 0, slotDurationMilliseconds: 1000) { 100 }
        let sync = ChainSync(importer: shelf, clock: clock, logger: quiet)
        await sync.expectSources(for: 10)
        #expect(await shelf.target == 100)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for host in [own] + peers { tasks.addTask { await host.run() } }
            defer { tasks.cancelAll() }
            let sources = PeerSources(
                requests: PeerRequests(own), sync: sync, agreement: Given(blocks: []).agreement(),
                partings: PeerPartings(PeerRequests(own), part: verdicts.part), logger: quiet)
            tasks.addTask { await sources.run() }
            for peer in peers {
                let place = try await peer.listen(on: Multiaddr("/ip4/127.0.0.1/tcp/0"))
                try await own.connect(to: peer.peerID, at: [place])
            }
            try await body(shelf, sync)
        }
        await sync.stop()
    }

    @Test("A node that waits for the chain fetches it from the first peer that has it, and lets go of a peer of another chain")
    func fetches() async throws {
        let (stranger, peer, verdicts) = (try host(2), try host(3), Verdicts())
        RequestServer.serve(stranger, Given(blocks: blocks(90)), foreign)
        RequestServer.serve(peer, Given(blocks: blocks(99)))
        let id = stranger.peerID
        try await follow([stranger, peer], verdicts: verdicts) { shelf, _ in
            await shelf.reach(99)
            while verdicts.parted.withLock({ $0[id] }) == nil { await Task.yield() }
            #expect(verdicts.parted.withLock { $0 } == [id: .irrelevantNetwork])
        }
    }

    @Test("A peer that claims a head and gives nothing does not keep a node from going on")
    func liar() async throws {
        let liar = try host(4)
        for name in RequestProtocol.allCases {
            liar.handle(name.id) { stream in
                while try await stream.read() != nil {}
                guard name == .status else { return }
                let status = StatusMessage(forkDigest: digest, finalizedRoot: .zero, finalizedEpoch: 0, headRoot: .zero, headSlot: 99)
                try await stream.write(RequestFrames.chunk(status.serialize(.pol), context: nil))
            }
        }
        try await follow([liar]) { shelf, _ in
            while await shelf.target != nil { try await Task.sleep(for: .milliseconds(5)) }
            #expect(await shelf.head == 0)
        }
    }
}
