import ModelFiles

/// The shapes of models people use, by the name of the option `--shape`.
enum ModelShape: String, CaseIterable {
    case smollm2 = "smollm2-135m"
    case qwen1_5B = "r1-distill-qwen-1.5b"
    case qwen7B = "r1-distill-qwen-7b"
    case llama8B = "r1-distill-llama-8b"

    /// The numbers of the model's `config.json`.
    var configuration: ModelConfiguration {
        switch self {
        case .smollm2:
            ModelConfiguration(
                architecture: .llama, vocabularySize: 49_152, hiddenSize: 576, intermediateSize: 1536, layerCount: 30,
                headCount: 9, keyValueHeadCount: 3, headDimension: 64, rmsNormEpsilon: 1e-5, ropeTheta: 100_000,
                tieWordEmbeddings: true, attentionBias: false, contextLength: 8192)
        case .qwen1_5B:
            ModelConfiguration(
                architecture: .qwen2, vocabularySize: 151_936, hiddenSize: 1536, intermediateSize: 8960, layerCount: 28,
                headCount: 12, keyValueHeadCount: 2, headDimension: 128, rmsNormEpsilon: 1e-6, ropeTheta: 10_000,
                tieWordEmbeddings: false, attentionBias: true, contextLength: 131_072)
        case .qwen7B:
            ModelConfiguration(
                architecture: .qwen2, vocabularySize: 152_064, hiddenSize: 3584, intermediateSize: 18_944, layerCount: 28,
                headCount: 28, keyValueHeadCount: 4, headDimension: 128, rmsNormEpsilon: 1e-6, ropeTheta: 10_000,
                tieWordEmbeddings: false, attentionBias: true, contextLength: 131_072)
        case .llama8B:
            ModelConfiguration(
                architecture: .llama, vocabularySize: 128_256, hiddenSize: 4096, intermediateSize: 14_336, layerCount: 32,
                headCount: 32, keyValueHeadCount: 8, headDimension: 128, rmsNormEpsilon: 1e-5, ropeTheta: 500_000,
                ropeScaling: .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8192),
                tieWordEmbeddings: false, attentionBias: false, contextLength: 131_072)
        }
    }
}
