import Foundation
import LoRATraining
import ModelFiles

/// PyTorch, which holds the same weights.
///
/// They are handed over as the FP32 values that the kernels run on, in a temporary folder that is removed as soon as the
/// other side has read it.
struct TorchRival {
    /// What the script answers to `gate` and `train`.
    struct Answer: Decodable {
        let tokensPerSecond: Double
        /// Mean cross-entropy a token, in nats.
        let loss: Double
    }

    private let process: RivalProcess

    init(python: String, threads: Int, base: BaseModel, texts: [[Int32]], data: TrainingData) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("polai-benchmarks-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Handover(base, texts: texts, data: data, threads: threads).write(try base.weights, to: folder)
        process = try RivalProcess(python: python, script: "rivals/torch_rival.py", arguments: [folder.path])
    }

    /// Has the script run `work`, "gate" or "train", once.
    func ask(_ work: String) throws -> Answer { try process.ask(work) }

    func stop() { process.stop() }
}

/// `model.json` beside `weights.bin`: what the script needs to build the same model and do the same work.
private struct Handover: Encodable {
    struct Tensor: Encodable {
        let name: String
        let shape: [Int]
    }

    let vocabularySize, hiddenSize, intermediateSize, layerCount, headCount, keyValueHeadCount, headDimension: Int
    let contextLength: Int
    let rmsNormEpsilon, ropeTheta: Float
    let tieWordEmbeddings: Bool
    /// In the order of `weights.bin`, little-endian FP32 without gaps.
    let tensors: [Tensor]
    let texts: [[Int32]]
    let trainingTokens: [Int32]
    let threads: Int

    init(_ base: BaseModel, texts: [[Int32]], data: TrainingData, threads: Int) throws {
        let configuration = try base.configuration
        guard configuration.architecture == .llama else { throw BenchmarkError("the PyTorch rival runs Llama models only") }
        vocabularySize = configuration.vocabularySize
        hiddenSize = configuration.hiddenSize
        intermediateSize = configuration.intermediateSize
        layerCount = configuration.layerCount
        headCount = configuration.headCount
        keyValueHeadCount = configuration.keyValueHeadCount
        headDimension = configuration.headDimension
        contextLength = configuration.contextLength
        rmsNormEpsilon = configuration.rmsNormEpsilon
        ropeTheta = configuration.ropeTheta
        tieWordEmbeddings = configuration.tieWordEmbeddings
        tensors = configuration.tensorShapes.map { Tensor(name: $0.name, shape: $0.shape) }
        self.texts = texts
        trainingTokens = Array(data.tokens.prefix(64 * 1024))
        self.threads = threads
    }

    func write(_ weights: any ModelWeights, to folder: URL) throws {
        try JSONEncoder().encode(self).write(to: folder.appendingPathComponent("model.json"))
        let path = folder.appendingPathComponent("weights.bin")
        try Data().write(to: path)
        let file = try FileHandle(forWritingTo: path)
        defer { try? file.close() }
        for tensor in tensors {
            try file.write(contentsOf: try weights.tensor(tensor.name).withUnsafeBytes { Data($0) })
        }
    }
}
