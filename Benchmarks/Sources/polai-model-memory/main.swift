// Memory and seconds of models by their shapes, with random weights: what a model needs on this machine before it is
// downloaded.
import Foundation
import LoRA
import LoRATraining
import LossGate
import ModelFiles
import Primitives
import Synchronization
import Transformer

struct Options {
    var shape = ModelShape.smollm2
    var type = GGMLType.bf16
    var storage = WeightStorage.automatic
    var activations = ActivationStorage.automatic
    var sentences = 16
    var steps = 0
    var threads = ProcessInfo.processInfo.activeProcessorCount

    static let usage = """
        usage: polai-model-memory [--shape \(ModelShape.allCases.map(\.rawValue).joined(separator: "|"))]
            [--type \(GGMLType.allCases.map { "\($0)" }.joined(separator: "|"))] [--storage auto|packed|encoded]
            [--activations auto|kept|recomputed] [--sentences N] [--steps N] [--threads N]
        Runs the gate over N sentences of 24 tokens, then N training steps of 8 x 64 tokens, and prints seconds and peak memory.
        """

    init(_ arguments: [String]) throws(OptionError) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw OptionError("\(name) needs a value\n\(Self.usage)") }
            func choose<T>(_ choice: T?) throws(OptionError) -> T {
                guard let choice else { throw OptionError("\(name) does not take '\(value)'\n\(Self.usage)") }
                return choice
            }
            switch name {
            case "--shape": shape = try choose(ModelShape(rawValue: value))
            case "--type": type = try choose(GGMLType.allCases.first { "\($0)" == value })
            case "--storage": storage = try choose(["auto": .automatic, "packed": .packed, "encoded": .encoded][value])
            case "--activations": activations = try choose(["auto": .automatic, "kept": .kept, "recomputed": .recomputed][value])
            case "--sentences": sentences = try choose(Int(value).flatMap { (0...512).contains($0) ? $0 : nil })
            case "--steps": steps = try choose(Int(value).flatMap { (0...100).contains($0) ? $0 : nil })
            case "--threads": threads = try choose(Int(value).flatMap { (1...1024).contains($0) ? $0 : nil })
            default: throw OptionError("unknown option \(name)\n\(Self.usage)")
            }
        }
    }
}

struct OptionError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

func report(_ what: String, _ text: String) {
    print(what.padding(toLength: 34, withPad: " ", startingAt: 0) + text + ", peak " + MemoryUse.gibibytes(MemoryUse.peak))
    fflush(nil)
}

func run(_ options: Options) throws {
    let clock = ContinuousClock()
    guard let pool = ComputePool(threads: options.threads, niceness: 0) else { throw OptionError("no thread could be started") }
    let context = ComputeContext(pool: pool)
    let weights = RandomWeights(options.shape.configuration, type: options.type)
    var start = clock.now
    func seconds() -> Double { (clock.now - start) / .seconds(1) }
    let model = try TransformerModel(weights: weights, baseModelRoot: .zero, context: context, storage: options.storage)
    report(
        "\(options.shape.rawValue) \(options.type)",
        "weights \(MemoryUse.gibibytes(model.byteCount)) \(model.isEncoded ? "encoded" : "packed"), drawn and loaded in \(Int(seconds())) s"
    )
    let vocabulary = Int32(model.configuration.vocabularySize)
    let tokens = (0..<Int32(24 * 512)).map { ($0 &* 7919 &+ 17) % vocabulary }
    if options.sentences > 0 {
        let texts = (0..<options.sentences).map { Array(tokens[24 * $0..<24 * $0 + 24]) }
        let gate = try CPULossBackend(model: model, texts: texts, context: context)
        start = clock.now
        let base = try gate.evaluateBase()
        let count = Double(base.tokenCount)
        report(
            "gate, \(base.tokenCount) tokens", String(format: "%.1f s, %.1f tokens/s, loss %.4f", seconds(), count / seconds(), base.loss))
        let adapter = LoRAAdapter.zero(LoRALayout(model: model.configuration))
        start = clock.now
        let adapted = try gate.evaluate(adapter)
        report("gate with an adapter", String(format: "%.1f s, %.1f tokens/s", seconds(), count / seconds()))
        guard adapted.lossBits == base.lossBits else { throw OptionError("a zero adapter changed the loss") }
    }
    guard options.steps > 0 else { return }
    let backend = CPUTrainingBackend(model: model, context: context, activations: options.activations)
    let round = TrainingRound(seed: .zero, steps: options.steps, data: TrainingData(tokens: tokens))
    let last = Mutex(clock.now)
    _ = try backend.train(round, from: .zero(LoRALayout(model: model.configuration))) { step in
        let time = last.withLock { last in
            defer { last = clock.now }
            return (clock.now - last) / .seconds(1)
        }
        report("training step \(step.step), 8 x 64 tokens", String(format: "%.1f s, %.1f tokens/s, loss %.4f", time, 512 / time, step.loss))
    }
}

do {
    try run(Options(Array(CommandLine.arguments.dropFirst())))
} catch {
    FileHandle.standardError.write(Data("polai-model-memory: \(error)\n".utf8))
    exit(1)
}
