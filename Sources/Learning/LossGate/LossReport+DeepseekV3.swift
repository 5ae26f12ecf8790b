public import Transformer

extension LossReport {
    /// The losses of a DeepSeek-V3 model on `texts`, one after another: that architecture is evaluated only, without adapters.
    ///
    /// - Parameter progress: told the tokens that are done, and all, after each text.
    public init(
        of model: DeepseekV3Model, texts: [[Int32]], context: ComputeContext, progress: (LossProgress) -> Void = { _ in }
    ) throws(LossGateError) {
        guard !texts.isEmpty else { throw .noTexts }
        if let index = texts.firstIndex(where: { $0.count < 2 }) { throw .textTooShort(index: index) }
        let total = texts.reduce(0) { $0 + $1.count - 1 }
        var measured: [Text] = []
        var done = 0
        for text in texts {
            let losses: [Float]
            do { losses = try model.losses(text, context: context) } catch { throw .transformer(error) }
            measured.append(Text(tokenCount: losses.count, sum: losses.reduce(0.0) { $0 + Double($1) }))
            done += losses.count
            progress(LossProgress(tokensDone: done, tokenCount: total))
        }
        self.init(texts: measured)
    }
}
