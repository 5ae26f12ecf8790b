import BeaconTypes
import LearningStore
import LearningTask
import LoRA
import LossGate
import Primitives
import ServiceInterfaces
import Synchronization
import TestSupport
import Testing
import TinyModels

@testable import AIEngine

@Suite struct SliceTests {
    private let pools: GuardPools

    init() throws {
        func sentences(_ name: String, _ count: Int) -> [String] { (0..<count).map { "\(name) \($0)." } }
        // One sentence has one token only and predicts nothing.
        pools = GuardPools(task: try TextPool(sentences("Task", 70)), general: try TextPool(sentences("So", 120) + ["A"]))
    }

    private func missing(_ bench: Bench) throws -> Int? {
        let root = pools.general.root
        return try bench.store.sentenceLosses(baseModel: TinyModel.root, pool: root).flatMap {
            SentenceLosses(record: $0, baseModel: TinyModel.root, pool: root, count: 121)
        }?.missing.count
    }

    private func measure(_ bench: Bench, seed: UInt8) async throws -> GuardEvaluation {
        let values: [Float] = (0..<bench.layout.valueCount).map { index in Float(index % 7) / 100 }
        let result = try LoRAAdapter(layout: bench.layout, values: values)
        return try await bench.engine.evaluateSlice(SHA256.hash([seed]), parent: .zero(bench.layout), result: result)
    }

    /// What a slice measured of the base model is there for the next and after a restart, with the same bits.
    @Test func baseLossesAreKept() async throws {
        let folder = TemporaryFolder()
        let fresh = try await measure(try Bench(pools: pools), seed: 1)
        do {
            let bench = try Bench(folder: folder.path, pools: pools)
            _ = try await measure(bench, seed: 2)
            let left = try #require(try missing(bench))
            #expect(left == 25 || left == 26)
        }
        let bench = try Bench(folder: folder.path, pools: pools)
        let again = try await measure(bench, seed: 1)
        #expect(again.losses == fresh.losses)
        #expect(again.beforeRoot == fresh.beforeRoot)
        #expect(again.afterRoot == fresh.afterRoot)
        #expect(fresh.losses.generalBase == fresh.losses.generalParent)
    }

    /// A damaged record is measured anew and judges nobody.
    @Test func aDamagedRecordIsMeasuredAnew() async throws {
        let fresh = try await measure(try Bench(pools: pools), seed: 1)
        let bench = try Bench(pools: pools)
        let root = pools.general.root
        var losses = SentenceLosses(baseModel: TinyModel.root, pool: root, count: 121)
        for index in 0..<121 { losses.note(1, at: index) }
        var record = losses.record
        record[8] ^= 1
        try bench.store.putSentenceLosses(record, baseModel: TinyModel.root, pool: root)
        #expect(try await measure(bench, seed: 1).losses == fresh.losses)
        // One that is whole is believed: so the test above can fail.
        let believer = try Bench(pools: pools)
        try believer.store.putSentenceLosses(losses.record, baseModel: TinyModel.root, pool: root)
        #expect(try await measure(believer, seed: 1).losses.generalBase != fresh.losses.generalBase)
    }

    /// All that has a loss is measured beforehand.
    @Test func theRestIsMeasuredBeforehand() async throws {
        let fresh = try await measure(try Bench(pools: pools), seed: 1)
        let bench = try Bench(pools: pools)
        await bench.engine.measureBeforehand(rest: 0)
        #expect(try missing(bench) == 1)
        #expect(try await measure(bench, seed: 1).losses == fresh.losses)
        #expect(try missing(bench) == 1)
    }

    /// A slice does not wait for the DEV_TEXTS, which are measured again after it.
    @Test func aSliceGoesFirst() async throws {
        let backend = WaitingBackend(layout: try Bench().layout)
        let runner = GateRunner { backend }
        let zero = LoRAAdapter.zero(backend.layout)
        async let evaluation = runner.evaluate(zero)
        for await _ in backend.begun { break }
        #expect(runner.isBusy)
        _ = try await runner.slice(task: [[1, 2]], general: [[3, 4]], known: [1], parent: zero, result: zero)
        _ = try await evaluation
        #expect(!runner.isBusy)
        #expect(backend.runs.withLock { $0 } == ["dev, cut short", "slice", "slice", "dev"])
    }
}

/// A gate whose first run on the DEV_TEXTS lasts until it is told to end.
private final class WaitingBackend: LossBackend {
    let layout: LoRALayout
    let runs: Mutex<[String]>
    let texts: [[Int32]]
    let begun: AsyncStream<Void>
    private let begins: AsyncStream<Void>.Continuation
    private let owner: WaitingBackend?

    init(layout: LoRALayout) {
        self.layout = layout
        (texts, owner) = ([[1, 2, 3]], nil)
        runs = Mutex([])
        (begun, begins) = AsyncStream.makeStream()
    }

    private init(_ owner: WaitingBackend, _ texts: [[Int32]]) {
        (layout, self.texts, self.owner) = (owner.layout, texts, owner)
        runs = Mutex([])
        (begun, begins) = (owner.begun, owner.begins)
    }

    var baseModelRoot: Hash32 { .zero }
    func measuring(_ texts: [[Int32]]) -> any LossBackend { WaitingBackend(self, texts) }

    func evaluate(
        _ adapter: LoRAAdapter?, progress: @Sendable (LossProgress) -> Void, isCancelled: @Sendable () -> Bool
    ) throws(LossGateError) -> LossReport {
        let report = LossReport(texts: texts.map { LossReport.Text(tokenCount: $0.count - 1, sum: 1) })
        if let owner {
            owner.runs.withLock { $0.append("slice") }
            return report
        }
        guard runs.withLock({ $0.isEmpty }) else {
            if isCancelled() { throw .cancelled }
            runs.withLock { $0.append("dev") }
            return report
        }
        begins.yield()
        while !isCancelled() {}
        runs.withLock { $0.append("dev, cut short") }
        throw .cancelled
    }
}
