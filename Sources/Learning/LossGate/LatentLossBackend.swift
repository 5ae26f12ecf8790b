public import LoRA
public import Primitives
public import Transformer

/// Measures texts with a DeepSeek-V3 model, one after another: that architecture takes no adapters.
public struct LatentLossBackend: LossBackend {
    private let model: DeepseekV3Model
    public let baseModelRoot: Hash32
    public let texts: [[Int32]]
    private let context: ComputeContext

    /// Checks the texts: at least two tokens each.
    public init(model: DeepseekV3Model, baseModelRoot: Hash32, texts: [[Int32]], context: ComputeContext) throws(LossGateError) {
        guard !texts.isEmpty else { throw .noTexts }
        if let index = texts.firstIndex(where: { $0.count < 2 }) { throw .textTooShort(index: index) }
        self.model = model
        self.baseModelRoot = baseModelRoot
        self.texts = texts
        self.context = context
    }

    public func measuring(_ texts: [[Int32]]) throws(LossGateError) -> any LossBackend {
        try LatentLossBackend(model: model, baseModelRoot: baseModelRoot, texts: texts, context: context)
    }

    public func evaluate(
        _ adapter: LoRAAdapter?, progress: @Sendable (LossProgress) -> Void, isCancelled: @Sendable () -> Bool
    ) throws(LossGateError) -> LossReport {
        guard adapter == nil else { throw .transformer(.adapterMismatch) }
        let total = texts.reduce(0) { $0 + $1.count - 1 }
        var measured: [LossReport.Text] = []
        var done = 0
        for text in texts {
            guard !isCancelled() else { throw .cancelled }
            let losses: [Float]
            do { losses = try model.losses(text, context: context) } catch { throw .transformer(error) }
            measured.append(LossReport.Text(tokenCount: losses.count, sum: losses.reduce(0.0) { $0 + Double($1) }))
            done += losses.count
            progress(LossProgress(tokensDone: done, tokenCount: total))
        }
        return LossReport(texts: measured)
    }
}

extension DecoderModel {
    /// What measures `texts` with this model on the processor.
    public func lossBackend(
        baseModelRoot: Hash32, texts: [[Int32]], context: ComputeContext
    ) throws(LossGateError) -> any LossBackend {
        switch self {
        case .dense(let model): try CPULossBackend(model: model, texts: texts, context: context)
        case .latent(let model):
            try LatentLossBackend(model: model, baseModelRoot: baseModelRoot, texts: texts, context: context)
        }
    }
}
