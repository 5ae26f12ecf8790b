import Foundation
import LoRA
import LoRATraining
import LossGate
import ModelFiles
import Primitives
import Synchronization
import TrainingTexts
import Transformer

/// The gate and the training step on the default model, and PyTorch on the same weights and texts, turn by turn.
func measureLearning(_ table: inout Table, _ options: BenchmarkOptions) throws {
    guard FileManager.default.fileExists(atPath: options.model) else {
        print("\(options.model) is not there (make setup fetches it): the learning benchmarks are left out")
        return
    }
    var loads: [Double] = []
    var loaded: BaseModel?
    for _ in 0..<options.samples { loads.append(try seconds { loaded = try BaseModel(path: options.model) }) }
    guard let base = loaded else { return }
    guard let pool = ComputePool(threads: options.threads, niceness: 0) else {
        throw BenchmarkError("the system refuses to start \(options.threads) threads; use fewer with --threads")
    }
    let context = ComputeContext(pool: pool)
    var made: TransformerModel?
    var packing: [Double] = []
    for _ in 0..<options.samples {
        made = nil
        packing.append(try seconds { made = try TransformerModel(weights: base.weights, baseModelRoot: base.root, context: context) })
    }
    guard let model = made else { return }
    table.add("model file: open, check, hash", median(loads) * 1e3, "ms", note: "with its tokenizer")
    table.add("model: convert and pack the weights", median(packing) * 1e3, "ms", note: "\(options.threads) threads")
    let texts = try TrainingTexts.devTexts.sentences.prefix(options.texts).map { base.tokenizer.encode($0) }
    let gate = try CPULossBackend(model: model, texts: Array(texts), context: context)
    let data = TrainingData(
        documents: try TrainingTexts.corpus.lines.prefix(2000).map { base.tokenizer.encode($0) },
        separator: base.tokenizer.endToken ?? 0)
    let trainer = StepTimer(backend: CPUTrainingBackend(model: model, context: context), data: data)

    let rival = try options.python.map { python in
        try TorchRival(python: python, threads: options.threads, base: base, texts: gate.texts, data: data)
    }
    defer { rival?.stop() }

    var ours = Speeds(), theirs = Speeds()
    var loss: Float = .nan, theirLoss = Double.nan
    for _ in 0..<options.samples {
        let time = try seconds { loss = try gate.evaluateBase().loss }
        ours.gate.append(Double(gate.texts.reduce(0) { $0 + $1.count - 1 }) / time)
        if let rival {
            let answer = try rival.ask("gate")
            theirs.gate.append(answer.tokensPerSecond)
            theirLoss = answer.loss
        }
        ours.training.append(try trainer.tokensPerSecond())
        if let rival { theirs.training.append(try rival.ask("train").tokensPerSecond) }
    }
    if rival != nil, !(abs(theirLoss - Double(loss)) < 1e-3) {
        throw BenchmarkError("PyTorch measures loss \(theirLoss) and the gate \(loss): they do not run the same model")
    }
    let threads = "\(options.threads) threads"
    table.add("gate, \(gate.texts.count) texts", median(ours.gate), "tokens/s", note: "loss \(loss), \(threads)")
    if rival != nil {
        table.add("gate, PyTorch", median(theirs.gate), "tokens/s", note: "loss \(Table.decimal(theirLoss)), \(threads)")
        table.add("  ours / PyTorch", median(ours.gate) / median(theirs.gate), "x")
    }
    table.add("training step 8x64, LoRA B only", median(ours.training), "tokens/s", note: threads)
    if rival != nil {
        table.add("training step 8x64, PyTorch", median(theirs.training), "tokens/s", note: threads)
        table.add("  ours / PyTorch", median(ours.training) / median(theirs.training), "x")
    } else {
        print("PyTorch was not measured: name a Python with torch and transformers by POLAI_PYTHON")
    }
}

/// Tokens a second, one value a sample.
private struct Speeds {
    var gate: [Double] = []
    var training: [Double] = []
}

/// Times a training step.
struct StepTimer {
    let backend: CPUTrainingBackend
    let data: TrainingData

    /// The second step of a round: the first also touches the round's memory for the first time, which the rival did
    /// in its own warm-up.
    func tokensPerSecond() throws -> Double {
        let round = TrainingRound(seed: .zero, steps: 2, data: data)
        let clock = ContinuousClock()
        let ends = Mutex<[ContinuousClock.Instant]>([])
        let layout = LoRALayout(model: backend.model.configuration)
        _ = try backend.train(round, from: .zero(layout), progress: { _ in ends.withLock { $0.append(clock.now) } })
        let tokens = round.configuration.batchSize * round.configuration.sequenceLength
        return ends.withLock { Double(tokens) / (($0[1] - $0[0]) / .seconds(1)) }
    }
}
