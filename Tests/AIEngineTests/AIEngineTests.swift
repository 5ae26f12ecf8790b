import Foundation
import KeyValueStore
import LearningStore
import LoRA
import Logging
import LossGate
import ModelFiles
import PeerIdentity
import Primitives
import ServiceInterfaces
import Testing
import TinyModels
import Transformer
import UpdateCodec

@testable import AIEngine

private struct Bench {
    let layout: LoRALayout
    let routing = FakeRouting()
    let engine: AIEngine
    let key: PeerKeyPair
    let head: Hash32

    init() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        layout = LoRALayout(model: tiny.configuration)
        key = try PeerKeyPair(seed: [UInt8](repeating: 4, count: 32))
        head = LoRAAdapter.zero(layout).root
        let folder = FileManager.default.temporaryDirectory.appending(path: "polai-engine-\(UUID().uuidString)").path
        engine = try AIEngine(
            setting: AIEngine.Setting(
                modelName: "tiny", baseModelRoot: TinyModel.root, devTextsRoot: .zero, parameterCount: 1, layout: layout),
            gate: LossGate(model: model, texts: [[1, 2, 3, 4]], context: context),
            store: LearningStore(try KeyValueStore(directory: folder, tables: LearningStore.tables)), node: FakeChain(), routing: routing,
            trainers: { [TrainerProgress(round: 1, step: 2, steps: 3, loss: 1, tokensPerSecond: nil, phase: "training")] },
            logger: Logger(label: "test"))
    }

    func update(parent: Hash32? = nil, base: Hash32 = TinyModel.root, signer: PeerKeyPair? = nil, value: Float = 0.01) throws -> [UInt8] {
        let metadata = UpdateMetadata(
            baseModelRoot: base, parentAdapterRoot: parent ?? head, trainer: .zero, publicKey: key.publicKey.message, steps: 1, round: 0,
            seed: 0, dataHash: .zero)
        let delta = try LoRADelta(layout: layout, values: [Float](repeating: value, count: layout.valueCount))
        let encoded = try UpdateEncoder(metadata: metadata).encode(delta, codec: .sign1Bit)
        return try UpdateFile(encoded, metadata: metadata) { try (signer ?? key).sign($0) }.bytes
    }
}

@Suite struct AIEngineTests {
    @Test func takesAnUpdateForTheHead() async throws {
        let bench = try Bench()
        let file = try bench.update()
        let id = try await bench.engine.submit(file)
        #expect(id == SHA256.hash(file))
        #expect(await bench.routing.blobs[id] == file)
    }

    @Test func refusesWhatCannotBecomeAnUpdate() async throws {
        let bench = try Bench()
        var damaged = try bench.update()
        damaged[10] ^= 1
        let other = try PeerKeyPair(seed: [UInt8](repeating: 5, count: 32))
        let cases: [([UInt8], UpdateRefusal)] = [
            (damaged, .damaged), ([UInt8](repeating: 0, count: 150_001), .oversize), (try bench.update(parent: SHA256.hash([1])), .parent),
            (try bench.update(base: SHA256.hash([1])), .misfit), (try bench.update(signer: other), .signature),
        ]
        for (file, kind) in cases {
            do {
                _ = try await bench.engine.submit(file)
                Issue.record("\(kind) was taken")
            } catch SubmissionError.refused(let refusal, let reason) {
                #expect(refusal == kind)
                #expect(!reason.isEmpty)
            }
        }
        #expect(await bench.routing.blobs.isEmpty)
    }

    @Test func doesNotLetFilesPileUp() async throws {
        let bench = try Bench()
        for number in 0..<AIEngine.waitingLimit {
            let id = SHA256.hash([UInt8(number)])
            var summary = UpdateSummary(updateID: id.hex, inputs: [id.hex], status: .pending, bytes: 1)
            summary.parentAdapterRoot = bench.head.hex
            await bench.engine.note(summary)
        }
        await #expect(throws: SubmissionError.busy(waiting: AIEngine.waitingLimit)) { try await bench.engine.submit(try bench.update()) }
    }

    @Test func givesRawAdapters() async throws {
        let bench = try Bench()
        #expect(try await bench.engine.adapterBytes(root: bench.head) == LoRAAdapter.zero(bench.layout).bytes)
        #expect(try await bench.engine.adapterBytes(root: SHA256.hash([1])) == nil)
    }

    @Test func countsRefusalsOnce() async throws {
        let bench = try Bench()
        let id = SHA256.hash([1])
        var summary = UpdateSummary(updateID: id.hex, inputs: [id.hex], status: .rejected, bytes: 1)
        summary.refusal = .copy
        for _ in 1...3 { await bench.engine.note(summary) }
        let status = await bench.engine.status()
        #expect(status.refused == ["copy": 1])
        #expect(status.trainer?.step == 2 && status.trainers?.count == 1)
    }

    @Test func measuresAnAdapterOnce() async throws {
        let bench = try Bench()
        let first = try await bench.engine.evaluate(.zero(bench.layout))
        let again = try await bench.engine.evaluate(.zero(bench.layout))
        #expect(first.lossBits == again.lossBits && first.loss.isFinite)
        #expect(again.seconds == 0)
    }

    @Test func keepsWhatWasKeptLately() async throws {
        let bench = try Bench()
        let adapter = try LoRAAdapter(layout: bench.layout, values: [Float](repeating: 1, count: bench.layout.valueCount))
        try await bench.engine.keep(adapter)
        await bench.engine.forgetAdapters()
        #expect(try await bench.engine.adapter(adapter.root) == adapter)
    }
}
