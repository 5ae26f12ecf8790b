import LoRA
import LoRATraining
import Primitives
import UpdateCodec

/// A way to exchange what was trained.
struct Method {
    let name: String
    let isBoosted: Bool
    let encoding: Encoding

    enum Encoding {
        /// Every value in FP32: nothing is lost.
        case dense
        /// One codec at a limit of bytes.
        case codec(UpdateEncoding, limit: Int)
        /// What the trainer does: the best codec at the limit of an update.
        case best
    }

    static let dense = Method("dense", .dense)
    static let all = [
        dense,
        Method("dense-boosted", .dense, isBoosted: true),
        Method("sign-rows-67k", .codec(.signRows, limit: 67_000)),
        Method("sign-rows-67k-boosted", .codec(.signRows, limit: 67_000), isBoosted: true),
        Method("best-150k-boosted", .best, isBoosted: true),
        Method("sign-rows-150k", .codec(.signRows, limit: UpdateFile.maximumSize)),
        Method("sign-1bit-150k", .codec(.sign1Bit, limit: UpdateFile.maximumSize)),
        Method("topk-2bit-150k", .codec(.topK2Bit, limit: UpdateFile.maximumSize)),
    ]

    private init(_ name: String, _ encoding: Encoding, isBoosted: Bool = false) {
        self.name = name
        self.encoding = encoding
        self.isBoosted = isBoosted
    }

    /// What a method sent.
    struct Sent {
        let delta: LoRADelta
        let residual: LoRADelta
        let bytes: Int
        let boost: Float
        let codec: String
        let loss: Float?
    }

    /// Bytes of the whole LoRA, A and B, in FP32.
    static func wholeBytes(_ layout: LoRALayout) -> Int {
        layout.modules.reduce(0) { $0 + ($1.inputSize + $1.outputSize) * layout.configuration.rank * 4 }
    }

    func send(_ result: TrainingResult, residual: LoRADelta, from adapter: LoRAAdapter, setup: StudySetup) throws -> Sent {
        func loss(_ delta: LoRADelta) -> Float {
            guard let next = try? adapter.adding(delta) else { return .nan }
            return (try? setup.backend.loss(of: next, on: setup.split.windows)) ?? .nan
        }
        guard case .dense = encoding else {
            let change = try LoRADelta(layout: setup.layout, values: zip(result.delta.values, residual.values).map { $0 + $1 })
            return try encoded(change, importance: result.gradientScale) { loss($0.delta) }
        }
        var best: (delta: LoRADelta, boost: Float, loss: Float?) = (result.delta, 1, nil)
        if isBoosted { best = try boostedDense(result.delta, loss: loss) }
        return Sent(
            delta: best.delta, residual: .zero(setup.layout), bytes: Self.wholeBytes(setup.layout), boost: best.boost,
            codec: "dense-fp32", loss: best.loss)
    }

    private func encoded(
        _ change: LoRADelta, importance: [Float], loss: (EncodedUpdate) -> Float
    ) throws -> Sent {
        var update: EncodedUpdate
        var measured: Float?
        switch encoding {
        case .codec(let codec, let limit):
            let encoder = UpdateEncoder(metadata: Self.metadata, limit: limit)
            update = try encoder.encode(change, codec: codec, importance: importance)
            if isBoosted { (update, measured) = try UpdateEncoder.boosted(update, loss: loss) }
        case .best, .dense:
            let encoder = UpdateEncoder(metadata: Self.metadata)
            (update, measured) = try encoder.best(
                of: change, importance: importance, boosts: isBoosted ? UpdateEncoder.standardBoosts : 1...1, loss: loss)
        }
        let file = try UpdateFile(update, metadata: Self.metadata) { _ in [UInt8](repeating: 0x5a, count: 64) }
        return Sent(
            delta: update.delta, residual: update.residual, bytes: file.bytes.count, boost: update.boost,
            codec: update.codec.rawValue, loss: measured)
    }

    /// The dense change with the boost that the encoder would choose for it.
    private func boostedDense(
        _ delta: LoRADelta, loss: (LoRADelta) -> Float
    ) throws -> (delta: LoRADelta, boost: Float, loss: Float?) {
        var best: (delta: LoRADelta, boost: Float, loss: Float)?
        func attempt(_ boost: Float) throws -> Bool {
            let boosted = try LoRADelta(layout: delta.layout, values: delta.values.map { $0 * boost })
            let measured = loss(boosted)
            guard best.map({ measured < $0.loss }) ?? true else { return false }
            best = (boosted, boost, measured)
            return true
        }
        _ = try attempt(UpdateEncoder.firstBoost)
        for factor in [Float(2), 0.5] where best?.boost == UpdateEncoder.firstBoost {
            var boost = UpdateEncoder.firstBoost * factor
            while UpdateEncoder.standardBoosts.contains(boost), try attempt(boost) { boost *= factor }
        }
        return best ?? (delta, 1, nil)
    }

    /// Metadata of the length that a trainer's have.
    private static let metadata = UpdateMetadata(
        baseModelRoot: .zero, parentAdapterRoot: .zero, trainer: Address(),
        publicKey: [UInt8](repeating: 0, count: 36), steps: 5, round: 100, seed: .max, dataHash: .zero)
}
