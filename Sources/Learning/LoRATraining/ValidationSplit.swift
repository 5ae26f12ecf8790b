import LoRA

/// Training data and a few windows of it that are never trained on: on them a trainer tries what it is about to send.
///
/// The split follows from the data alone, so a replay makes the same one. The data are cut into blocks of
/// `sequenceLength` tokens, of which window i reads block i and the token after it. The held-out blocks are the first
/// ones of a random order of all, drawn as an epoch of a round with the data's root as seed is (`BatchSampler`), from
/// the generator "validation"; they leave the training data, and the rest closes up.
public struct ValidationSplit: Sendable, Equatable {
    /// All tokens; their root names the data in an update's metadata.
    public let whole: TrainingData
    /// What is trained on.
    public let training: TrainingData
    /// The held-out windows of `sequenceLength + 1` tokens, in the data's order.
    public let windows: [[Int32]]

    /// How many windows a trainer holds out: 512 tokens of the default length, a forward pass of a third of a second.
    public static let standardCount = 8

    /// - Parameter count: windows to hold out. Data with fewer than four times as many windows keep more for
    ///   training; data with fewer than four windows are judged on what they are trained on.
    public init(
        _ data: TrainingData, count: Int = ValidationSplit.standardCount,
        sequenceLength: Int = TrainingConfiguration.standard.sequenceLength
    ) {
        whole = data
        let total = sequenceLength > 0 ? data.windowCount(length: sequenceLength) : 0
        let held = max(0, min(count, total / 4))
        guard held > 0 else {
            training = data
            windows = (0..<min(count, total)).map { Array(data.window($0, length: sequenceLength)) }
            return
        }
        let generator = TrainingRound(seed: data.root, steps: 1, data: data).generator("validation")
        let blocks = BatchSampler.order(of: total, epoch: 0, generator).prefix(held).sorted()
        windows = blocks.map { Array(data.window($0, length: sequenceLength)) }
        var rest: [Int32] = []
        rest.reserveCapacity(data.tokens.count)
        var next = 0
        for block in blocks {
            rest += data.tokens[next..<block * sequenceLength]
            next = (block + 1) * sequenceLength
        }
        training = TrainingData(tokens: rest + data.tokens[next...])
    }
}

extension TrainingRound {
    /// The round that an update's metadata name: `seed` and `steps` as they stand there.
    public init(
        updateSeed: UInt64, steps: Int, split: ValidationSplit, configuration: TrainingConfiguration = .standard
    ) {
        self.init(
            seed: Self.seed(announced: updateSeed), steps: steps, data: split.training, configuration: configuration)
    }
}
