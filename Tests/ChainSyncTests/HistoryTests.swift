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

    init(checkpoint: SignedBeaconBlock, holding first: [SignedBeaconBlock], stopsAt: Slot? = nil) {
        (self.checkpoint, self.stopsAt) = (checkpoint, stopsAt)
        known = [BeaconBlock(default: .pol).hashTreeRoot(.pol): 0]
        for block in first { known[block.message.hashTreeRoot(.pol)] = block.message.slot }
    }

    func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) async -> BlockImportOutcome {
        let slot = block.message.slot
        if slot == stopsAt { try? await Task.sleep(for: .seconds(600)) }
        guard !Task.isCancelled else { return .refused(.local("stopped")) }
        guard known[block.message.parentRoot] != nil else { return .refused(.missingParent(block.message.parentRoot)) }
        known[block.message.hashTreeRoot(spec)] = slot
        imported.append(slot)
        return .imported
    }

    func hasBlock(_ root: Root) -> Bool { known[root] != nil }
    func sourceStatus() -> BlockSourceStatus { BlockSourceStatus(headRoot: .zero, headSlot: 0, finalized: Checkpoint()) }
    func setSyncTarget(_ slot: Slot?) {}
    func prepareHistory() {}
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
        try await sync.fetchHistory(past)
        #expect(await past.isSettled)
        #expect(await past.missingHistory() == nil)
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
