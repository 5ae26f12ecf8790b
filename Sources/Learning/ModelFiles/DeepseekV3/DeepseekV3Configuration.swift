/// The shape and constants of a DeepSeek-V3 or R1 decoder: latent attention and routed experts.
public struct DeepseekV3Configuration: Sendable, Equatable {
    public var vocabularySize: Int
    public var hiddenSize: Int
    /// Width of the feed-forward part of the first `denseLayerCount` layers.
    public var intermediateSize: Int
    public var layerCount: Int
    /// Layers, from the first, without experts.
    public var denseLayerCount: Int
    public var headCount: Int
    /// Width of the queries' latent, or `nil` when queries are projected at once.
    public var queryRank: Int?
    /// Width of the latent that keys and values are made from.
    public var keyValueRank: Int
    /// Width of a query's and key's part without positions.
    public var plainDimension: Int
    /// Width of the part that is rotated; its pairs lie side by side in the weights.
    public var rotaryDimension: Int
    public var valueDimension: Int
    /// Routed experts, in `expertGroupCount` groups of equal size.
    public var expertCount: Int
    public var expertGroupCount: Int
    /// Groups from which a token's experts are taken.
    public var chosenGroupCount: Int
    /// Experts of one token.
    public var chosenExpertCount: Int
    /// Experts that every token passes, as one of their common width.
    public var sharedExpertCount: Int
    /// Width of one expert.
    public var expertSize: Int
    /// Whether the weights of a token's experts are divided by their sum.
    public var normalizesExpertWeights: Bool
    /// Factor of the experts' weights.
    public var expertScale: Float
    public var rmsNormEpsilon: Float
    public var ropeTheta: Float
    public var ropeScaling: RopeScaling?
    public var tieWordEmbeddings: Bool
    public var contextLength: Int

    public init(
        vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int, denseLayerCount: Int, headCount: Int,
        queryRank: Int?, keyValueRank: Int, plainDimension: Int, rotaryDimension: Int, valueDimension: Int, expertCount: Int,
        expertGroupCount: Int, chosenGroupCount: Int, chosenExpertCount: Int, sharedExpertCount: Int, expertSize: Int,
        normalizesExpertWeights: Bool = true, expertScale: Float, rmsNormEpsilon: Float, ropeTheta: Float,
        ropeScaling: RopeScaling? = nil, tieWordEmbeddings: Bool = false, contextLength: Int
    ) {
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.denseLayerCount = denseLayerCount
        self.headCount = headCount
        self.queryRank = queryRank
        self.keyValueRank = keyValueRank
        self.plainDimension = plainDimension
        self.rotaryDimension = rotaryDimension
        self.valueDimension = valueDimension
        self.expertCount = expertCount
        self.expertGroupCount = expertGroupCount
        self.chosenGroupCount = chosenGroupCount
        self.chosenExpertCount = chosenExpertCount
        self.sharedExpertCount = sharedExpertCount
        self.expertSize = expertSize
        self.normalizesExpertWeights = normalizesExpertWeights
        self.expertScale = expertScale
        self.rmsNormEpsilon = rmsNormEpsilon
        self.ropeTheta = ropeTheta
        self.ropeScaling = ropeScaling
        self.tieWordEmbeddings = tieWordEmbeddings
        self.contextLength = contextLength
    }

    /// Width of a query's and key's head.
    public var queryDimension: Int { plainDimension + rotaryDimension }

    /// What is wrong with these sizes, if anything: not positive, not fitting each other, or beyond any real model.
    ///
    /// A value and not a typed throw: Swift 6.3 loses the error of `throws(ModelFileError) -> Self` in optimised builds of
    /// structures of this size.
    public var fault: ModelFileError? {
        func malformed(_ reason: String) -> ModelFileError { .malformed(format: "model configuration", reason: reason) }
        let sizes: [(String, Int, Int)] = [
            ("vocabulary size", vocabularySize, 1 << 24), ("hidden size", hiddenSize, 1 << 20),
            ("intermediate size", intermediateSize, 1 << 22), ("number of layers", layerCount, 1 << 12),
            ("number of heads", headCount, 1 << 14), ("query rank", queryRank ?? 1, 1 << 20),
            ("key-value rank", keyValueRank, 1 << 20), ("head dimension", plainDimension, 1 << 14),
            ("rotary dimension", rotaryDimension, 1 << 14), ("value dimension", valueDimension, 1 << 14),
            ("number of experts", expertCount, 1 << 14), ("number of expert groups", expertGroupCount, 1 << 14),
            ("number of chosen groups", chosenGroupCount, 1 << 14), ("number of chosen experts", chosenExpertCount, 1 << 14),
            ("number of shared experts", sharedExpertCount, 1 << 8), ("expert size", expertSize, 1 << 22),
            ("context length", contextLength, 1 << 30),
        ]
        for (name, value, limit) in sizes where value < 1 || value > limit {
            return malformed("the \(name) is \(value), not 1 to \(limit)")
        }
        guard layerCount * expertCount <= 1 << 17 else {
            return malformed("\(expertCount) experts in each of \(layerCount) layers are more than any model has")
        }
        guard (0...layerCount).contains(denseLayerCount) else {
            return malformed("\(denseLayerCount) dense layers are more than its \(layerCount) layers")
        }
        guard expertCount % expertGroupCount == 0, expertCount / expertGroupCount >= 2, chosenGroupCount <= expertGroupCount,
            chosenExpertCount <= expertCount / expertGroupCount * chosenGroupCount
        else {
            return malformed(
                "\(chosenExpertCount) of \(expertCount) experts in \(chosenGroupCount) of \(expertGroupCount) groups is no choice")
        }
        guard rotaryDimension % 2 == 0 else { return malformed("the rotary dimension \(rotaryDimension) is odd") }
        guard valueDimension <= queryDimension else {
            return .unsupported("values of \(valueDimension) numbers a head, more than the keys' \(queryDimension)")
        }
        guard rmsNormEpsilon.isFinite, rmsNormEpsilon > 0, ropeTheta.isFinite, ropeTheta > 1, expertScale.isFinite else {
            return malformed("RMSNorm epsilon \(rmsNormEpsilon), RoPE base \(ropeTheta) or expert scale \(expertScale) is out of range")
        }
        return nil
    }
}
