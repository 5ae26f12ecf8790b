import Foundation
import LoRATraining
import ModelFiles

/// PyTorch in a process of its own, which holds the same weights and works when asked: so both sides are measured turn
/// by turn and share the machine's moods.
///
/// The weights are handed over as the FP32 values that the kernels run on, in a temporary folder that is removed as
/// soon as the other side has read it.
final class TorchRival {
    /// What the script answers to `gate` and `train`.
    struct Answer: Decodable {
        let tokensPerSecond: Double
        /// Mean cross-entropy a token, in nats.
        let loss: Double
    }

    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()
    private var unread = Data()

    init(python: String, script: String, threads: Int, base: BaseModel, texts: [[Int32]], data: TrainingData) throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("polai-benchmarks-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Handover(base, texts: texts, data: data, threads: threads).write(base.weights, to: folder)
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script, folder.path]
        process.standardInput = requests
        process.standardOutput = answers
        try process.run()
        guard try line() == "ready" else { throw BenchmarkError("\(script) did not get ready; its message is above") }
    }

    /// Has the script run `work`, "gate" or "train", once.
    func ask(_ work: String) throws -> Answer {
        try requests.fileHandleForWriting.write(contentsOf: Data("\(work)\n".utf8))
        return try JSONDecoder().decode(Answer.self, from: Data(line().utf8))
    }

    /// Ends the process.
    func stop() {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// The next line that the script prints.
    private func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                defer { unread = Data(unread[(end + 1)...]) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchmarkError("the PyTorch script ended early; its message is above") }
            unread += more
        }
    }
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
        let configuration = base.configuration
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
