import Foundation
import LoRA
import LoRATraining
import LossGate
import PeerIdentity
import Primitives
import Testing
import TinyModels
import Transformer
import UpdateAudit
import UpdateCodec

/// A tiny model with its gate, trainer and key.
struct Fixture {
    let layout: LoRALayout
    let gate: CPULossBackend
    let backend: CPUTrainingBackend
    let trial: UpdateTrial
    let key: PeerKeyPair
    /// Texts that are easy to learn: they count on by 37.
    let data = TrainingData(tokens: (0..<2000).map { Int32($0 * 37 % 640) })

    init() throws {
        let tiny = try #require(TinyModel(named: "llama"))
        let context = ComputeContext(pool: nil)
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        layout = LoRALayout(model: tiny.configuration)
        let texts = (0..<6).map { text in (0..<20).map { Int32(($0 + text * 5) * 37 % 640) } }
        gate = try CPULossBackend(model: model, texts: texts, context: context)
        backend = CPUTrainingBackend(model: model, context: context)
        trial = UpdateTrial(gate: gate, layout: layout)
        key = try PeerKeyPair(seed: [UInt8](repeating: 7, count: 32))
    }

    var zero: LoRAAdapter { .zero(layout) }

    func metadata(steps: UInt64 = 4, seed: UInt64 = 99, parent: LoRAAdapter? = nil) -> UpdateMetadata {
        UpdateMetadata(
            baseModelRoot: TinyModel.root, parentAdapterRoot: (parent ?? zero).root, trainer: .zero,
            publicKey: key.publicKey.message, steps: steps, round: 0, seed: seed, dataHash: data.root)
    }

    /// The file of `values`, signed.
    func file(_ values: [Float], codec: UpdateEncoding = .denseFP16, metadata: UpdateMetadata? = nil) throws -> UpdateFile {
        let metadata = metadata ?? self.metadata()
        let encoded = try UpdateEncoder(metadata: metadata).encode(LoRADelta(layout: layout, values: values), codec: codec)
        return try UpdateFile(encoded, metadata: metadata) { try key.sign($0) }
    }

    /// What a trainer publishes after a round, and the rest it keeps.
    func round(
        seed: UInt64 = 99, steps: UInt64 = 4, residual: LoRADelta? = nil, general: [[Int32]] = []
    ) throws -> (file: UpdateFile, residual: LoRADelta) {
        let split = ValidationSplit(data)
        let result = try backend.train(TrainingRound(updateSeed: seed, steps: Int(steps), split: split), from: zero)
        let metadata = metadata(steps: steps, seed: seed)
        let encoded = try UpdateEncoder(metadata: metadata).update(
            of: result, residual: residual ?? .zero(layout), from: zero, windows: split.windows, general: general,
            backend: backend)
        return (try UpdateFile(encoded, metadata: metadata) { try key.sign($0) }, encoded.residual)
    }

    /// A change that lowers the loss on the gate's texts: the sum of a few rounds' changes of one seed.
    func usefulChange() throws -> [Float] {
        var configuration = TrainingConfiguration.standard
        configuration.learningRate = 2e-2
        let round = TrainingRound(seed: .zero, steps: 12, data: data, configuration: configuration)
        return try backend.train(round, from: zero).delta.values
    }
}
