import Foundation
import LoRA
import LossGate
import ModelFiles
import TrainingTexts
import Transformer

/// A base model with its weights packed, for commands that work without a node.
struct LoadedModel {
    let name: String
    let base: BaseModel
    let model: DecoderModel
    let context: ComputeContext
    /// The modules of the chain's adapter on it; `nil` for a model that takes none.
    let layout: LoRALayout?

    /// Loads the model that the options name, showing progress.
    init(_ options: BaseModelOptions) throws {
        name = (options.base as NSString).lastPathComponent
        base = try BaseModel(named: options.base)
        context = try ComputeContext(threads: options.threads)
        model = try ProgressBar.loading(name) { [base, context] progress in
            try DecoderModel(
                base.decoder, baseModelRoot: base.root, context: context, storage: options.weights.storage, progress: progress)
        }
        layout =
            switch base.decoder {
            case .dense(let weights): LoRALayout(model: weights.configuration)
            case .latent: nil
            }
    }

    /// The loss gate on the DEV_TEXTS.
    func gate(_ devTexts: DevTexts) throws -> any LossBackend {
        try model.lossBackend(
            baseModelRoot: base.root, texts: devTexts.sentences.map { base.tokenizer.encode($0) }, context: context)
    }

    /// The layout of adapters.
    ///
    /// - Throws: `evaluatedOnly` for a model that takes none.
    func adapterLayout() throws -> LoRALayout {
        guard let layout else { throw ModelFileError.evaluatedOnly(kind: base.decoder.kind) }
        return layout
    }

    /// The model for training.
    ///
    /// - Throws: `evaluatedOnly` for a model that takes no adapters.
    func trainedModel() throws -> TransformerModel {
        guard case .dense(let model) = model else { throw ModelFileError.evaluatedOnly(kind: base.decoder.kind) }
        return model
    }
}

extension BaseModel {
    /// The model at a path or in the cache, with an error that says how to get one when there is none.
    init(named name: String) throws {
        guard let path = try ModelLocation.local(name) else {
            throw SetupError(
                "the base model \(name) is not there; run 'make setup' for the default one, 'polai model pull' for one of a hub, or name another"
            )
        }
        try self.init(path: path)
    }
}
