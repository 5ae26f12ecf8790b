import BeaconTypes
import ChainSync
import Logging
import Primitives
import SSZ
import ServiceInterfaces
import Synchronization
import Testing

/// Blocks without contents, of slots 1 to `count`.
private func blocks(_ count: UInt64, proposer: ValidatorIndex = 0) -> [SignedBeaconBlock] {
    var parent = BeaconBlock(default: .pol).hashTreeRoot(.pol)
    return (1...count).map { slot in
        var block = BeaconBlock(default: .pol)
        (block.slot, block.parentRoot, block.proposerIndex) = (slot, parent, proposer)
        parent = block.hashTreeRoot(.pol)
        return SignedBeaconBlock(message: block, signature: BLSSignature())
    }
}

/// A node that began with the last of some blocks, and holds the first few of them.
private actor Past: HistoryTaking, SyncTargetTaking {
    nonisolated let spec = BeaconSpec.pol
    private let checkpoint: SignedBeaconBlock
    private var known: [Root: Slot]
    private(set) var isSettled = false
    private(set) var imported: [Slot] = []
    private let stopsAt: Slot?
    /// How often it has to be prepared before it takes anything.
    private let needsPreparation: Int
    private(set) var preparations = 0

    init(checkpoint: SignedBeaconBlock, holding first: [SignedBeaconBlock], stopsAt: Slot? = nil, needsPreparation: Int = 0) {
        (self.checkpoint, self.stopsAt, self.needsPreparation) = (checkpoint, stopsAt, needsPreparation)
        known = [BeaconBlock(default: .pol).hashTreeRoot(.pol): 0]
        for block in first { known[block.message.hashTreeRoot(.pol)] = block.message.slot }
    }

    func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) async -> BlockImportOutcome {
        let slot = block.message.slot
        if slot == stopsAt { try? await Task.sleep(for: .seconds(600)) }
        guard !Task.isCancelled else { return .refused(.local("stopped")) }
        guard preparations >= needsPreparation else { return .refused(.local("the execution layer lost its last blocks")) }
        guard known[block.message.parentRoot] != nil else { return .refused(.missingParent(block.message.parentRoot)) }
        if slot >= checkpoint.message.slot, block.message != checkpoint.message { return .refused(.invalid("not before the checkpoint")) }
        known[block.message.hashTreeRoot(spec)] = slot
        imported.append(slot)
        return .imported
    }

    func hasBlock(_ root: Root) -> Bool { known[root] != nil }
    func sourceStatus() -> BlockSourceStatus { BlockSourceStatus(headRoot: .zero, headSlot: 0, finalized: Checkpoint()) }
    func setSyncTarget(_ slot: Slot?) {}
    func prepareHistory() { preparations += 1 }
    func settleHistory() { isSettled = true }

    func missingHistory() -> Range<Slot>? {
        known[checkpoint.message.parentRoot] == nil ? (known.values.max() ?? 0) + 1..<checkpoint.message.slot : nil
    }
}

private final class Counting: BlockSource {
    let name: String
    let blocks: [SignedBeaconBlock]
    let first = Mutex<Slot>(.max)

    init(_ name: String, _ blocks: [SignedBeaconBlock]) { (self.name, self.blocks) = (name, blocks) }

    func status() -> BlockSourceStatus {
        BlockSourceStatus(headRoot: .zero, headSlot: blocks.last?.message.slot ?? 0, finalized: Checkpoint())
    }

    func blocks(in slots: Range<Slot>) -> [SignedBeaconBlock] {
        first.withLock { $0 = min($0, slots.lowerBound) }
        return blocks.filter { slots.contains($0.message.slot) }
    }

    func blocks(roots: [Root]) -> [SignedBeaconBlock] { [] }
    func state(after block: BeaconBlock) throws -> BeaconState { throw ChainSyncError.incomplete(name) }
}

/// Gives blocks up to a slot, and then fails.
private struct Failing: BlockSource {
    let name: String
    let chain: [SignedBeaconBlock]
    let through: Slot

    init(_ name: String, _ chain: [SignedBeaconBlock], through: Slot) { (self.name, self.chain, self.through) = (name, chain, through) }

    func status() -> BlockSourceStatus {
        BlockSourceStatus(headRoot: .zero, headSlot: chain.last?.message.slot ?? 0, finalized: Checkpoint())
    }

    func blocks(in slots: Range<Slot>) throws -> [SignedBeaconBlock] {
        guard slots.lowerBound <= through else { throw ChainSyncError.incomplete(name) }
        return chain.filter { slots.contains($0.message.slot) && $0.message.slot <= through }
    }

    func blocks(roots: [Root]) -> [SignedBeaconBlock] { [] }
    func state(after block: BeaconBlock) throws -> BeaconState { throw ChainSyncError.incomplete(name) }
}

@Suite("The history before a checkpoint", .timeLimit(.minutes(1)))
struct HistoryTests {
    private func sync(_ past: Past) -> ChainSync {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var setting = ChainSync.Setting()
        (setting.range.firstPause, setting.range.longestPause) = (0.001, 0.01)
        return ChainSync(
            importer: past, clock: SlotClock(genesisTime: 0, slotDurationMilliseconds: 1000) { 1000 }, setting: setting, logger: logger)
    }

    @Test("What is missing is fetched behind the checkpoint, whose own block comes last; what is here is not fetched again")
    func resumes() async throws {
        let chain = blocks(200)
        let past = Past(checkpoint: chain[149], holding: Array(chain.prefix(70)))
        let (sync, source) = (sync(past), Counting("peer", chain))
        await sync.add(source)
        try await sync.fetchHistory(past)
        #expect(await past.isSettled)
        let imported = await past.imported
        #expect(imported == Array(71...150))
        #expect(source.first.withLock { $0 } == 71)
        // Once more, and nothing is done.
        try await sync.fetchHistory(past)
        let again = await past.imported.count
        #expect(again == 80)
    }

    @Test("A start that was interrupted in the middle goes on there, from another peer")
    func interrupted() async throws {
        let chain = blocks(120)
        let halted = Past(checkpoint: chain[119], holding: [], stopsAt: 60)
        let before = sync(halted)
        await before.add(Counting("one", chain))
        let task = Task { await before.completeHistory(halted) }
        while await halted.imported.count < 59 { await Task.yield() }
        task.cancel()
        await task.value
        #expect(await !halted.isSettled)
        let resumed = Past(checkpoint: chain[119], holding: Array(chain.prefix(59)))
        let (after, other) = (sync(resumed), Counting("two", chain))
        await after.add(other)
        await after.completeHistory(resumed)
        #expect(await resumed.imported.first == 60)
        #expect(await resumed.isSettled)
        #expect(other.first.withLock { $0 } == 60)
    }

    @Test("Where a branch is held that the checkpoint does not follow, the history is fetched from its beginning")
    func anotherBranch() async throws {
        let (chain, wrong) = (blocks(100), blocks(40, proposer: 9))
        let past = Past(checkpoint: chain[99], holding: wrong)
        let sync = sync(past)
        await sync.add(Counting("peer", chain))
        await sync.add(Counting("other", chain))
        let faults = await sync.faults()
        try await sync.fetchHistory(past)
        #expect(await past.isSettled)
        #expect(await past.missingHistory() == nil)
        await sync.stop()
        for await fault in faults { Issue.record("\(fault) is blamed for the branch that is held here") }
    }

    /// It claims to have everything and gives one invented block of the time after the checkpoint, whatever it is asked.
    private final class Beyond: BlockSource {
        let name: String
        let invented: SignedBeaconBlock

        init(_ name: String, slot: Slot) {
            self.name = name
            var block = BeaconBlock(default: .pol)
            (block.slot, block.proposerIndex) = (slot, 7)
            invented = SignedBeaconBlock(message: block, signature: BLSSignature())
        }

        func status() -> BlockSourceStatus { BlockSourceStatus(headRoot: .zero, headSlot: 400, finalized: Checkpoint()) }
        func blocks(in slots: Range<Slot>) -> [SignedBeaconBlock] { [invented] }
        func blocks(roots: [Root]) -> [SignedBeaconBlock] { [] }
        func state(after block: BeaconBlock) throws -> BeaconState { throw ChainSyncError.incomplete(name) }
    }

    @Test(
        "Nothing after the checkpoint is asked for or taken: who gives it does not end the history, and is given up",
        arguments: [20, 25, 33])
    func beyondTheCheckpoint(slot: Slot) async throws {
        let chain = blocks(60)
        let past = Past(checkpoint: chain[19], holding: [])
        let sync = sync(past)
        // The first by name is asked first.
        await sync.add(Beyond("a", slot: slot))
        await sync.add(Counting("b", chain))
        try await sync.fetchHistory(past)
        #expect(await past.isSettled)
        #expect(await past.imported == Array(1...20))
    }

    @Test("Where the sources end in the middle, the history goes on from there and does not begin again")
    func goesOn() async throws {
        let chain = blocks(120)
        let past = Past(checkpoint: chain[119], holding: Array(chain.prefix(50)))
        let sync = sync(past)
        await sync.add(Failing("peer", chain, through: 96))
        await #expect(throws: ChainSyncError.self) { try await sync.fetchHistory(past) }
        #expect(await past.imported == Array(51...96))
        await sync.remove("peer")
        await sync.add(Counting("other", chain))
        try await sync.fetchHistory(past)
        #expect(await past.imported == Array(51...120))
    }

    @Test("Where blocks cannot be taken here, the history is prepared anew, and nobody is blamed")
    func preparesAgain() async throws {
        let chain = blocks(40)
        let past = Past(checkpoint: chain[39], holding: [], needsPreparation: 2)
        let sync = sync(past)
        await sync.add(Counting("peer", chain))
        let faults = await sync.faults()
        await sync.completeHistory(past)
        #expect(await past.isSettled)
        #expect(await past.preparations >= 2)
        await sync.stop()
        for await fault in faults { Issue.record("\(fault) is blamed") }
    }

    @Test("While nobody has the blocks, nothing ends, and whoever comes is asked")
    func patience() async throws {
        let chain = blocks(50)
        let past = Past(checkpoint: chain[49], holding: [])
        let sync = sync(past)
        await #expect(throws: ChainSyncError.self) { try await sync.fetchHistory(past) }
        let task = Task { await sync.completeHistory(past) }
        await sync.add(Counting("peer", chain))
        await task.value
        #expect(await past.isSettled)
    }
}
