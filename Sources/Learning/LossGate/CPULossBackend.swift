public import LoRA
public import Primitives
import Synchronization
public import Transformer

/// Measures the mean cross-entropy a token of a model with an adapter on fixed texts: the same bits on every
/// machine, thread count and instruction set.
///
/// Texts are independent of each other, so threads take whole groups of texts and meet only at the end.
public struct CPULossBackend: LossBackend {
    public let model: TransformerModel
    public var baseModelRoot: Hash32 { model.baseModelRoot }
    /// The texts as token sequences.
    public let texts: [[Int32]]
    let context: ComputeContext
    /// Texts that are run together, and the order in which threads take the groups.
    let groups: [Range<Int>]

    /// Checks the texts: at least two tokens each, all in the model's vocabulary and context.
    public init(model: TransformerModel, texts: [[Int32]], context: ComputeContext) throws(LossGateError) {
        guard !texts.isEmpty else { throw .noTexts }
        for (index, text) in texts.enumerated() {
            guard text.count >= 2 else { throw .textTooShort(index: index) }
        }
        do { try model.validate(TokenBatch(texts)) } catch { throw .transformer(error) }
        self.model = model
        self.texts = texts
        self.context = context
        groups = Self.group(texts.map { $0.count - 1 }, threads: context.threadCount)
    }

    public func measuring(_ texts: [[Int32]]) throws(LossGateError) -> any LossBackend {
        try CPULossBackend(model: model, texts: texts, context: context)
    }

    /// Measures the loss with `adapter`, or of the base model alone.
    ///
    /// An adapter with NaN or infinite values, or one that overflows, gives a report whose loss is not finite; it
    /// never throws. `progress` is called from the gate's threads, `isCancelled` before each group of texts.
    public func evaluate(
        _ adapter: LoRAAdapter?, progress: @Sendable (LossProgress) -> Void, isCancelled: @Sendable () -> Bool
    ) throws(LossGateError) -> LossReport {
        if let adapter, !adapter.isFinite { return .notFinite(texts) }
        let prepared: PreparedAdapter?
        do { prepared = try adapter.map { value throws(TransformerError) in try model.prepare(value) } } catch { throw .transformer(error) }
        let total = texts.reduce(0) { $0 + $1.count - 1 }
        let state = Mutex(Evaluation(sums: Array(repeating: .nan, count: texts.count)))
        let passes = WorkerPasses(count: context.threadCount) {
            ForwardPass(model: model, adapter: prepared, context: context.serial)
        }
        run(groups.count) { index, worker in
            guard state.withLock({ $0.outcome == .running }) else { return }
            if isCancelled() {
                state.withLock { $0.outcome = .cancelled }
                return
            }
            let group = groups[index]
            let sums = sums(group, passes[worker])
            let done = state.withLock { state in
                state.done += group.reduce(0) { $0 + texts[$1].count - 1 }
                for (text, sum) in zip(group, sums) { state.sums[text] = sum }
                // One text without a finite loss decides the result: the rest need not be run.
                if !sums.allSatisfy(\.isFinite), state.outcome == .running { state.outcome = .notFinite }
                return state.done
            }
            progress(LossProgress(tokensDone: done, tokenCount: total))
        }
        let final = state.withLock { $0 }
        switch final.outcome {
        case .cancelled: throw .cancelled
        case .notFinite: return .notFinite(texts)
        case .running:
            return LossReport(
                texts: zip(texts, final.sums).map { LossReport.Text(tokenCount: $0.count - 1, sum: $1) })
        }
    }

    /// The sums of the losses of the texts in `group`.
    private func sums(_ group: Range<Int>, _ pass: ForwardPass) -> [Double] {
        let batch = TokenBatch(texts[group].map { $0.dropLast() })
        // The texts were validated at init, so only a defect could throw; a NaN then refuses the adapter.
        guard let losses = try? pass.losses(batch, targets: texts[group].flatMap { $0.dropFirst() }) else {
            return group.map { _ in .nan }
        }
        var next = 0
        return group.map { index in
            var sum = 0.0
            for loss in losses[next..<next + texts[index].count - 1] { sum += Double(loss) }
            next += texts[index].count - 1
            return sum
        }
    }

    private func run(_ count: Int, _ body: @Sendable (Int, Int) -> Void) {
        guard let pool = context.pool else {
            for index in 0..<count { body(index, 0) }
            return
        }
        pool.run(count: count, body)
    }
}

/// The state that the threads of one evaluation share.
private struct Evaluation {
    enum Outcome { case running, cancelled, notFinite }
    var sums: [Double]
    var done = 0
    var outcome = Outcome.running
}

/// One forward pass a worker.
private struct WorkerPasses: @unchecked Sendable {
    // Unchecked: each worker of a pool runs one index at a time and reads its own element alone.
    private let passes: [ForwardPass]
    init(count: Int, _ make: () -> ForwardPass) { passes = (0..<count).map { _ in make() } }
    subscript(worker: Int) -> ForwardPass { passes[worker] }
}
