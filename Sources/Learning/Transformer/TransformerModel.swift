import LoRA
public import ModelFiles
public import Primitives

/// A Llama or Qwen2 decoder with its weights packed for the reproducible kernels.
///
/// Immutable, so one instance serves every gate, trainer and generator of the process. Its memory is that of the
/// weights: in FP32 538 MB for SmolLM2-135M, less for larger models; see ``WeightStorage``.
public final class TransformerModel: @unchecked Sendable {
    // Unchecked because of the raw memory of the norms: it is written in init alone.
    public let configuration: ModelConfiguration
    /// The root of the base model, from which the frozen A matrices are drawn.
    public let baseModelRoot: Hash32
    /// What of the model is here.
    public let part: ModelPart
    package let embedding: WeightMatrix
    /// The output projection: the embedding itself when the two are tied.
    package let head: WeightMatrix
    package let layers: [DecoderLayer]
    package let finalNorm: FloatBuffer

    /// Reads all weights, one tensor at a time, and refuses NaN and infinity.
    ///
    /// - Parameters:
    ///   - part: what is read; the rest takes no memory.
    ///   - progress: called with the number of layers read and their count.
    public init(
        weights: some ModelWeights, baseModelRoot: Hash32, context: ComputeContext, storage: WeightStorage = .automatic,
        part: ModelPart = .whole, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(TransformerError) {
        let configuration = weights.configuration
        try configuration.validateForRunning()
        let loader = WeightLoader(weights: weights, context: context, packs: storage.packs(configuration))
        self.configuration = configuration
        self.baseModelRoot = baseModelRoot
        self.part = part
        let (hidden, vocabulary) = (configuration.hiddenSize, configuration.vocabularySize)
        let blocks = part.blocks(of: configuration.layerCount)
        guard blocks.lowerBound >= 0, blocks.upperBound <= configuration.layerCount else {
            throw .configuration("it has \(configuration.layerCount) layers and not \(blocks.lowerBound) to \(blocks.upperBound)")
        }
        if part.hasEnds {
            embedding = try loader.matrix("model.embed_tokens.weight", vocabulary, hidden)
            head = configuration.tieWordEmbeddings ? embedding : try loader.matrix("lm_head.weight", vocabulary, hidden)
            finalNorm = try loader.vector("model.norm.weight", hidden)
        } else {
            embedding = WeightMatrix([], rows: 0, columns: hidden, context: context)
            (head, finalNorm) = (embedding, FloatBuffer(count: 0))
        }
        var layers: [DecoderLayer] = []
        for index in 0..<configuration.layerCount {
            guard blocks.contains(index) else {
                layers.append(.absent)
                continue
            }
            layers.append(try loader.layer(index))
            progress(index + 1 - blocks.lowerBound, blocks.count)
        }
        self.layers = layers
    }

    /// Whether matrices are held in their file's encoding, at least where the file gives it.
    public var isEncoded: Bool { embedding.isEncoded }

    /// Bytes of all weight matrices.
    public var byteCount: Int {
        let matrices = layers.flatMap { $0.projections.map(\.matrix) }
        return matrices.reduce(embedding.byteCount) { $0 + $1.byteCount }
            + (head === embedding ? 0 : head.byteCount)
    }
}

extension ModelConfiguration {
    /// Refuses sizes on which the kernels' index arithmetic would not hold.
    func validateForRunning() throws(TransformerError) {
        let sizes = [
            vocabularySize, hiddenSize, intermediateSize, layerCount, headCount, keyValueHeadCount, headDimension,
            contextLength,
        ]
        guard sizes.allSatisfy({ (1...(1 << 24)).contains($0) }) else {
            throw .configuration("a size is zero, negative or above 2^24")
        }
        guard headCount % keyValueHeadCount == 0 else {
            throw .configuration("\(headCount) query heads do not divide over \(keyValueHeadCount) key heads")
        }
        guard headDimension % 2 == 0 else { throw .configuration("the head dimension \(headDimension) is odd") }
        if case .yarn(let yarn) = ropeScaling {
            let numbers = [yarn.factor, yarn.betaFast, yarn.betaSlow, yarn.attentionFactor ?? 1]
            guard numbers.allSatisfy({ $0 > 0 && $0.isFinite }), yarn.originalContextLength > 0, ropeTheta > 1 else {
                throw .configuration("a number of its YaRN scaling is not positive, or the rotary base is not above 1")
            }
        }
        guard rmsNormEpsilon >= 0, ropeTheta > 0, ropeTheta.isFinite else {
            throw .configuration("the norm's epsilon or the rotary base is not a positive number")
        }
    }
}
