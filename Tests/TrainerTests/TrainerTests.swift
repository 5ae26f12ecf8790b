import ContentRouting
import Foundation
import KeyValueStore
import LearningStore
import LoRA
import LoRATraining
import Logging
import ModelFiles
import PeerIdentity
import Primitives
import ServiceInterfaces
import TestSupport
import Testing
import TinyModels
import Transformer
import UpdateCodec
import UpdateLife

@testable import Trainer

/// A chain of one adapter that says the same of every update.
actor FakeLearningNode: LearningNodeClient {
    private(set) var adapterNow: LoRAAdapter
    let status: UpdateStatus
    private(set) var published: [[UInt8]] = []
    nonisolated let files = Count()
    private(set) var refused: [RefusedUpdate] = []
    /// What it never tells.
    private var isSilent = false
    private var waiting: [AsyncStream<Void>.Continuation] = []

    init(_ adapter: LoRAAdapter, status: UpdateStatus, forgets: Bool = false) {
        isSilent = forgets
        adapterNow = adapter
        self.status = status
    }

    func head() -> Hash32 { adapterNow.root }
    func adapter(_ root: Hash32) -> LoRAAdapter? { root == adapterNow.root ? adapterNow : nil }

    func publish(_ file: [UInt8]) throws -> Hash32 {
        guard file.count <= UpdateFile.maximumSize else {
            throw RoutingError.blobTooLong(file.count, limit: UpdateFile.maximumSize)
        }
        published.append(file)
        files.add()
        change()
        return SHA256.hash(file)
    }

    func verdict(on id: Hash32) -> UpdateSummary? {
        guard !isSilent || published.count > 1, published.contains(where: { SHA256.hash($0) == id }) else { return nil }
        var summary = UpdateSummary(updateID: id.hex, inputs: [id.hex], status: status, bytes: 1)
        if status == .invalid { summary.reason = "Loss gate" }
        return summary
    }

    func noteRefused(_ id: Hash32, _ facts: FileFacts, _ reason: RefusedUpdate) { refused.append(reason) }
    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        continuation.yield()
        waiting.append(continuation)
        return stream
    }
    func move(to adapter: LoRAAdapter) {
        adapterNow = adapter
        change()
    }
    /// Tells whoever waits that something may have changed.
    private func change() { for continuation in waiting { continuation.yield() } }
}

struct Bench {
    let layout: LoRALayout
    let backend: CPUTrainingBackend
    let data = TrainingData(tokens: (0..<2000).map { Int32($0 * 7 % 40) })
    let adapter: LoRAAdapter

    init() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        backend = CPUTrainingBackend(
            model: try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context), context: context)
        layout = LoRALayout(model: tiny.configuration)
        adapter = .zero(layout)
    }

    private let folder = TemporaryFolder()

    func store() throws -> LearningStore {
        return LearningStore(try KeyValueStore(directory: folder.path(UUID().uuidString), tables: LearningStore.tables))
    }

    func trainer(
        _ node: any LearningNodeClient, store: LearningStore, key: UInt8 = 1, tampering: Tampering = .none, total: Int? = nil,
        patience: Int? = nil, start: LoRAAdapter? = nil, log: TrainingLog? = nil, lock: TrainingLock = TrainingLock(),
        reminder: Duration? = nil, limit: Duration? = nil, data: TrainingData? = nil, peers: (any AveragingPeers)? = nil,
        turnLength: Duration = .zero
    ) throws -> Trainer {
        var setting = Trainer.Setting(
            stepsPerRound: 2, rewardAddress: .zero, baseModelRoot: TinyModel.root, layout: layout, name: "test")
        setting.configuration.batchSize = 2
        setting.configuration.sequenceLength = 16
        setting.tampering = tampering
        setting.start = start
        setting.totalSteps = total
        setting.patience = patience
        if let reminder { setting.reminderInterval = reminder }
        if let limit { setting.verdictLimit = limit }
        setting.turnLength = turnLength
        return try Trainer(
            setting: setting, backend: backend, data: data ?? self.data, node: node, peers: peers, lock: lock, pause: 0, store: store,
            peerKey: PeerKeyPair(seed: [UInt8](repeating: key, count: 32)), log: log, validation: { _ in 1.5 },
            logger: Logger(label: "test"))
    }
}

@Suite struct TrainerTests {
    @Test func trainsItsStepsAndStops() async throws {
        let bench = try Bench()
        let node = FakeLearningNode(bench.adapter, status: .included)
        let trainer = try bench.trainer(node, store: bench.store(), total: 6)
        #expect(await trainer.run() == .finished)
        #expect(await trainer.stepsDone == 6)
        let files = try await node.published.map { try UpdateFile($0) }
        #expect(files.map(\.metadata.round) == [0, 1, 2])
        #expect(files.allSatisfy { $0.metadata.parentAdapterRoot == bench.adapter.root && $0.metadata.steps == 2 })
        #expect(trainer.progress.phase == "off")
    }

    @Test func goesOnWhereItWasKilled() async throws {
        let bench = try Bench()
        let whole = FakeLearningNode(bench.adapter, status: .included)
        _ = try await bench.trainer(whole, store: bench.store(), total: 8).run()
        // The same in two lives with one store; the second begins as the first ended.
        let store = try bench.store()
        let first = FakeLearningNode(bench.adapter, status: .included)
        _ = try await bench.trainer(first, store: store, total: 4).run()
        let second = FakeLearningNode(bench.adapter, status: .included)
        _ = try await bench.trainer(second, store: store, total: 8).run()
        // Not the signatures, which may be drawn anew, but everything that is signed.
        func work(_ node: FakeLearningNode) async throws -> [[UInt8]] { try await node.published.map { try UpdateFile($0).signedMessage } }
        #expect(try await work(first) + work(second) == work(whole))
        #expect(await second.published.count == 2)
    }

    @Test func losesPatience() async throws {
        let bench = try Bench()
        let node = FakeLearningNode(bench.adapter, status: .invalid)
        #expect(try await bench.trainer(node, store: bench.store(), patience: 3).run() == .refused(3, lastReason: "Loss gate"))
        #expect(await node.published.count == 3)
        // Another update that was faster is no refusal.
        let overtaken = FakeLearningNode(bench.adapter, status: .expired)
        #expect(try await bench.trainer(overtaken, store: bench.store(), total: 8, patience: 1).run() == .finished)
    }

    /// A node that was killed may have lost the file: it is sent again, and the verdict comes.
    @Test func sendsAFileAgainThatTheNodeLost() async throws {
        let bench = try Bench()
        let node = FakeLearningNode(bench.adapter, status: .included, forgets: true)
        let trainer = try bench.trainer(node, store: bench.store(), total: 2, reminder: .milliseconds(1))
        #expect(await trainer.run() == .finished)
        let published = await node.published
        #expect(published.count >= 2 && Set(published).count == 1)
    }

    @Test func doesNotWaitForEver() async throws {
        let bench = try Bench()
        let node = FakeLearningNode(bench.adapter, status: .pending)
        let trainer = try bench.trainer(
            node, store: bench.store(), total: 4, reminder: .milliseconds(1), limit: .milliseconds(2))
        // Overtaken twice, and its steps done.
        #expect(await trainer.run() == .finished)
        #expect(await node.published.count == 2)
    }

    @Test func dataThatNeverMakeAWindowEndIt() async throws {
        let bench = try Bench()
        let node = FakeLearningNode(bench.adapter, status: .included)
        let trainer = try bench.trainer(node, store: bench.store(), data: TrainingData(tokens: [1, 2, 3]))
        guard case .hopeless(.dataTooShort) = await trainer.run() else {
            Issue.record("it goes on")
            return
        }
        #expect(await node.published.isEmpty)
    }

    @Test func aSignFlipSendsTheOpposite() async throws {
        let bench = try Bench()
        let (honest, hostile) = (FakeLearningNode(bench.adapter, status: .included), FakeLearningNode(bench.adapter, status: .included))
        _ = try await bench.trainer(honest, store: bench.store(), total: 2).run()
        _ = try await bench.trainer(hostile, store: bench.store(), tampering: .signFlip, total: 2).run()
        let good = try UpdateFile(try #require(await honest.published.first)).delta(layout: bench.layout).values
        let bad = try UpdateFile(try #require(await hostile.published.first)).delta(layout: bench.layout).values
        let dot = zip(good, bad).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(dot < 0)
    }

    @Test func logsStepsAndRounds() async throws {
        let bench = try Bench()
        let folder = TemporaryFolder()
        let path = folder.path("log.csv")
        let node = FakeLearningNode(bench.adapter, status: .included)
        _ = try await bench.trainer(node, store: bench.store(), total: 4, log: TrainingLog(path: path)).run()
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(lines.count == 1 + 4 + 2)
        #expect(lines.allSatisfy { $0.count == 7 })
        #expect(lines.dropFirst().map { String($0[1]) } == ["step", "step", "round", "step", "step", "round"])
        #expect(lines.dropFirst().filter { $0[1] == "step" }.map { String($0[3]) } == ["1", "2", "3", "4"])
        #expect(lines.last?[5] == "1.5" && lines.last?[6] == "accepted")
        #expect(throws: TrainerError.self) { try TrainingLog(path: "/nowhere/at/all.csv") }
    }
}

@Suite struct TrainingLockTests {
    private actor Order {
        private(set) var inside = 0
        private(set) var most = 0
        private(set) var entries: [Int] = []
        func enter(_ number: Int) {
            inside += 1
            most = max(most, inside)
            entries.append(number)
        }
        func leave() { inside -= 1 }
    }

    @Test func oneAtATime() async throws {
        let lock = TrainingLock()
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await lock.acquire()
                    await order.enter(number)
                    // Whoever does not wait for the lock enters now.
                    for _ in 0..<100 { await Task.yield() }
                    await order.leave()
                    await lock.release()
                }
            }
            try await group.waitForAll()
        }
        #expect(await order.most == 1)
        #expect(await order.entries.sorted() == Array(0..<8))
    }

    @Test func aCancelledOneLeavesTheLine() async throws {
        let lock = TrainingLock()
        try await lock.acquire()
        let waiting = Task { try await lock.acquire() }
        while await lock.waitingCount == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await lock.release()
        // It is free again.
        try await lock.acquire()
        await lock.release()
    }
}
