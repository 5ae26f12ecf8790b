import Foundation
import LearningTask
import LoRA
import ModelFiles
import Primitives
import TrainingTexts

/// The base model of a node, opened and identified: what genesis needs of it. Its weights are packed later
/// (`pack()`), because that takes seconds, in which the chain goes on.
struct ModelSetup {
    let name: String
    let root: Hash32
    let layout: LoRALayout
    /// Elements of the weight matrices.
    let parameterCount: UInt64
    /// The text to train on, one passage an element.
    let passages: [String]
    /// The sentences of the loss gate, and the SHA-256 of their file.
    let devTexts: DevTexts
    let devTextsRoot: Hash32
    /// Where slices are drawn; `nil` for texts without pools.
    let pools: GuardPools?
    let base: BaseModel
    /// `nil` for one a core.
    let threads: Int?
    let weights: WeightForm

    /// Opens the model at `path`.
    ///
    /// - Parameters:
    ///   - passages: the text to train on.
    ///   - task: brings the sentences of the loss gate.
    init(path: String, passages: [String], task: TaskTexts, threads: Int?, weights: WeightForm = .auto) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw SetupError("the model \(path) is not there; run 'make setup', or name one with --model")
        }
        base = try BaseModel(path: path)
        name = (path as NSString).lastPathComponent
        root = base.root
        layout = LoRALayout(model: try base.configuration)
        parameterCount = Self.parameterCount(try base.configuration, layout)
        self.passages = passages
        devTexts = task.dev
        devTextsRoot = task.devRoot
        pools = try task.pools()
        self.threads = threads
        self.weights = weights
    }

    /// Embedding, output projection and the projections of all layers.
    private static func parameterCount(_ model: ModelConfiguration, _ layout: LoRALayout) -> UInt64 {
        let embedding = UInt64(model.vocabularySize) * UInt64(model.hiddenSize)
        let projections = layout.modules.reduce(UInt64(0)) { $0 + UInt64($1.inputSize) * UInt64($1.outputSize) }
        return (model.tieWordEmbeddings ? embedding : 2 * embedding) + projections
    }
}
