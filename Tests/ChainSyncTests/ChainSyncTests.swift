import BeaconTypes
import ChainSync
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import Synchronization
import TestSupport
import Testing

/// A chain of blocks without contents, of slots 1 to `count`.
private func blocks(_ count: UInt64, proposer: ValidatorIndex = 0, _ spec: BeaconSpec = .pol) -> [SignedBeaconBlock] {
    var parent = BeaconBlock(default: spec).hashTreeRoot(spec)
    return (1...count).map { slot in
        var block = BeaconBlock(default: spec)
        (block.slot, block.parentRoot, block.proposerIndex) = (slot, parent, proposer)
        parent = block.hashTreeRoot(spec)
        return SignedBeaconBlock(message: block, signature: BLSSignature())
    }
}

/// Takes every block whose parent it knows.
private actor Shelf: BlockImporting, SyncTargetTaking {
    nonisolated let spec = BeaconSpec.pol
    private(set) var known: [Root: Slot]
    private(set) var origins: [Slot: BlockOrigin] = [:]
    private let refused: Set<Slot>
    /// The head, whatever else is imported: a branch that votes do not favour.
    private let fixedHead: Slot?
    private var waiters: [(Slot, CheckedContinuation<Void, Never>)] = []

    init(refusing: Set<Slot> = [], fixedHead: Slot? = nil) {
        self.fixedHead = fixedHead
        known = [BeaconBlock(default: .pol).hashTreeRoot(.pol): 0]
        refused = refusing
    }

    func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) -> BlockImportOutcome {
        let (slot, root) = (block.message.slot, block.message.hashTreeRoot(spec))
        if known[root] != nil { return .alreadyKnown }
        guard known[block.message.parentRoot] != nil else { return .refused(.missingParent(block.message.parentRoot)) }
        guard !refused.contains(slot) else { return .refused(.invalid("slot \(slot)")) }
        (known[root], origins[slot]) = (slot, origin)
        for (_, waiter) in waiters.filter({ $0.0 <= head }) { waiter.resume() }
        waiters.removeAll { $0.0 <= head }
        return .imported
    }

    /// What it was told to reach, in order.
    private(set) var targets: [Slot?] = []

    func setSyncTarget(_ slot: Slot?) { if targets.last != .some(slot) { targets.append(slot) } }

    var head: Slot { known.values.max() ?? 0 }
    func hasBlock(_ root: Root) -> Bool { known[root] != nil }
    func sourceStatus() -> BlockSourceStatus { BlockSourceStatus(headRoot: .zero, headSlot: fixedHead ?? head, finalized: Checkpoint()) }

    func reach(_ slot: Slot) async {
        if head >= slot { return }
        await withCheckedContinuation { waiters.append((slot, $0)) }
    }
}

private struct Given: BlockSource {
    let name: String
    let blocks: [SignedBeaconBlock]
    var fails = false

    func status() throws -> BlockSourceStatus {
        BlockSourceStatus(
            headRoot: blocks.last?.message.hashTreeRoot(.pol) ?? .zero, headSlot: blocks.last?.message.slot ?? 0, finalized: Checkpoint())
    }

    func blocks(in slots: Range<Slot>) throws -> [SignedBeaconBlock] {
        if fails { throw ChainSyncError.noSource(name) }
        return blocks.filter { slots.contains($0.message.slot) }
    }

    func blocks(roots: [Root]) -> [SignedBeaconBlock] { blocks.filter { roots.contains($0.message.hashTreeRoot(.pol)) } }
    func state(after block: BeaconBlock) throws -> BeaconState { throw ChainSyncError.incomplete(name) }
}

@Suite("Chain synchronisation")
struct ChainSyncTests {
    private func sync(_ shelf: Shelf, now: Double = 1_000_000) -> ChainSync {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var setting = ChainSync.Setting()
        setting.range.firstPause = 0.001
        setting.range.longestPause = 0.01
        return ChainSync(
            importer: shelf, clock: SlotClock(genesisTime: 0, slotDurationMilliseconds: 1000) { now }, setting: setting,
            logger: logger)
    }

    @Test("Catches up over several sources, of which one fails")
    func catchUp() async throws {
        let (shelf, chain) = (Shelf(), blocks(300))
        let sync = sync(shelf)
        await sync.add(Given(name: "broken", blocks: chain, fails: true))
        await sync.add(Given(name: "short", blocks: Array(chain.prefix(100))))
        await sync.add(Given(name: "whole", blocks: chain))
        let faults = await sync.faults()
        #expect(try await sync.catchUp() == 300)
        #expect(await shelf.head == 300)
        #expect(await shelf.known.count == 301)
        #expect(await shelf.origins[300] == .range)
        #expect(await shelf.targets == [300, nil])
        await sync.stop()
        let reported = await faults.reduce(into: Set<String>()) { $0.insert($1.source) }
        #expect(reported == ["broken"])
    }

    @Test("Nobody to ask is told, and so is that all were given up")
    func noSource() async throws {
        let sync = sync(Shelf())
        await #expect(throws: ChainSyncError.self) { try await sync.catchUp() }
        await sync.add(Given(name: "broken", blocks: blocks(3), fails: true))
        await sync.add(Given(name: "worse", blocks: blocks(3), fails: true))
        await #expect(throws: ChainSyncError.self) { try await sync.catchUp() }
    }

    @Test("A node that was away waits for somebody to ask, follows whoever comes, and goes on alone where nobody does")
    func expecting() async throws {
        let (shelf, chain) = (Shelf(), blocks(40))
        let sync = sync(shelf)
        // By the clock it is slot 1,000,000.
        await sync.expectSources(for: 60)
        #expect(await shelf.targets == [1_000_000])
        await sync.followNow()
        #expect(await shelf.targets == [1_000_000])
        await sync.add(Given(name: "peer", blocks: chain))
        await sync.followNow()
        #expect(await shelf.head == 40)
        #expect(await shelf.targets == [1_000_000, 40, nil])

        let (alone, idle) = (Shelf(), Shelf())
        let lonely = self.sync(idle)
        let waiting = self.sync(alone)
        await waiting.expectSources(for: 0)
        await waiting.followNow()
        #expect(await alone.targets == [1_000_000, nil])
        // Who does not wait does not follow between its looks.
        await lonely.followNow()
        #expect(await idle.targets.isEmpty)
    }

    @Test("A longer branch that does not become the head is fetched once, and then this node is not behind", .timeLimit(.minutes(1)))
    func branchThatDoesNotWin() async throws {
        let (shelf, chain) = (Shelf(fixedHead: 5), blocks(40))
        let sync = sync(shelf)
        await sync.add(Given(name: "other", blocks: chain))
        try await sync.follow()
        #expect(await shelf.known.count == 41)
        #expect(await shelf.targets == [40, nil])
        try await sync.follow()
        #expect(await shelf.targets == [40, nil])
    }

    @Test("Where nothing becomes final, a branch that gossip did not bring is fetched, though it is no longer than one's own")
    func branchAside() async throws {
        // By the clock it is slot 1,000,000.
        let (shelf, chain, late) = (Shelf(fixedHead: 1_000_000), blocks(40), blocks(41, proposer: 1))
        let sync = sync(shelf)
        await sync.add(Given(name: "other", blocks: chain))
        try await sync.follow()
        // It may be on its way.
        #expect(await shelf.known.count == 1)
        try await sync.follow()
        #expect(await shelf.known.count == 41)
        // Nobody is ahead.
        #expect(await shelf.targets == [nil])
        await sync.add(Given(name: "third", blocks: late))
        try await sync.follow()
        #expect(await shelf.known.count == 41)
        try await sync.follow()
        #expect(await shelf.known.count == 82)
    }

    /// Names a head that nobody has, of a slot that is not ahead, and counts what it is asked.
    private final class Liar: BlockSource {
        let name = "liar"
        let honest: Given
        let asked = Mutex<(ranges: Int, roots: Int)>((0, 0))

        init(_ blocks: [SignedBeaconBlock]) { honest = Given(name: "honest", blocks: blocks) }

        func status() throws -> BlockSourceStatus {
            BlockSourceStatus(headRoot: Hash32([UInt8](repeating: 7, count: 32)) ?? .zero, headSlot: 3, finalized: Checkpoint())
        }

        func blocks(in slots: Range<Slot>) throws -> [SignedBeaconBlock] {
            asked.withLock { $0.ranges += 1 }
            return try honest.blocks(in: slots)
        }

        func blocks(roots: [Root]) -> [SignedBeaconBlock] {
            asked.withLock { $0.roots += 1 }
            return honest.blocks(roots: roots)
        }

        func state(after block: BeaconBlock) throws -> BeaconState { throw ChainSyncError.incomplete(name) }
    }

    @Test("A head that its source does not give is fetched no range for, and its source is left alone after a while")
    func lyingHead() async throws {
        let (shelf, chain) = (Shelf(), blocks(3))
        for block in chain { _ = await shelf.importBlock(block, from: .range) }
        let (sync, liar) = (sync(shelf), Liar(chain))
        await sync.add(liar)
        await sync.add(Given(name: "honest", blocks: chain))
        for _ in 0..<20 { try await sync.follow() }
        #expect(liar.asked.withLock { $0.ranges } == 0)
        // Four times 25 are too much.
        #expect(liar.asked.withLock { $0.roots } == 4)
        await sync.stop()
    }

    @Test("Where this node's clock is slow, a peer whose head is later than the clock allows is not blamed, and its chain comes")
    func slowClock() async throws {
        let (shelf, chain) = (Shelf(fixedHead: 31), blocks(40))
        let sync = sync(shelf, now: 30)
        await sync.add(Given(name: "punctual", blocks: chain))
        let faults = await sync.faults()
        for _ in 0..<6 { try await sync.follow() }
        #expect(await shelf.known.count > 30)
        await sync.stop()
        #expect(await faults.reduce(into: 0) { count, _ in count += 1 } == 0)
    }

    @Test("A block without its parents waits, the parents are fetched by root, and all are imported in order")
    func orphans() async throws {
        let (shelf, chain) = (Shelf(), blocks(9))
        let sync = sync(shelf)
        await sync.add(Given(name: "peer", blocks: Array(chain.prefix(8))))
        let outcome = await sync.receive(chain[8], from: "peer", origin: .gossip)
        #expect(outcome == .refused(.missingParent(chain[8].message.parentRoot)))
        await shelf.reach(9)
        #expect(await shelf.origins[1] == .root)
        #expect(await shelf.known.count == 10)
        #expect(await sync.orphanCount == 0)
        await sync.stop()
    }

    /// Takes no block of a slot that has not begun.
    private struct Punctual: BlockImporting, SyncTargetTaking {
        let shelf: Shelf
        let clock: SlotClock
        var spec: BeaconSpec { shelf.spec }

        func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) async -> BlockImportOutcome {
            guard block.message.slot <= clock.currentSlot ?? 0 else { return .refused(.premature(block.message.slot)) }
            return await shelf.importBlock(block, from: origin)
        }
        func setSyncTarget(_ slot: Slot?) async { await shelf.setSyncTarget(slot) }
        func hasBlock(_ root: Root) async -> Bool { await shelf.hasBlock(root) }
        func sourceStatus() async -> BlockSourceStatus { await shelf.sourceStatus() }
    }

    @Test("A block that comes a moment before its slot is taken in when it begins", .timeLimit(.minutes(1)))
    func earlyBlocksAreTakenInWithTheirSlot() async throws {
        let (shelf, time) = (Shelf(), TurnedTime(11.8))
        let clock = SlotClock(
            genesisTime: 0, slotDurationMilliseconds: 12_000, now: { time.now }, longestPause: .infinity,
            pause: { try await time.pause($0) })
        let sync = ChainSync(
            importer: Punctual(shelf: shelf, clock: clock), clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let chain = blocks(1)
        #expect(await sync.receive(chain[0], from: "a", origin: .gossip) == .refused(.premature(1)))
        // Nobody looks at three quarters of the slot here: the slot's start alone brings it in.
        await time.waitForSleeper(until: 12)
        #expect(await shelf.head == 0)
        time.turn(to: 12)
        await shelf.reach(1)
        #expect(await shelf.head == 1)
        await sync.stop()
    }

    @Test("Descendants of a refused block are not kept, and its sender is reported")
    func refused() async throws {
        let (shelf, chain) = (Shelf(refusing: [2]), blocks(3))
        let sync = sync(shelf)
        let faults = await sync.faults()
        _ = await sync.receive(chain[2], from: "liar", origin: .gossip)
        #expect(await sync.orphanCount == 1)
        #expect(await sync.receive(chain[0], from: "peer", origin: .gossip) == .imported)
        _ = await sync.receive(chain[1], from: "liar", origin: .gossip)
        #expect(await sync.orphanCount == 0)
        #expect(await shelf.head == 1)
        await sync.stop()
        let reported = await faults.reduce(into: [ChainSync.ReportedFault]()) { $0.append($1) }
        #expect(reported == [.init(source: "liar", fault: .invalidBlock)])
    }
}
