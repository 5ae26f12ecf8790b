public import LoRA
public import LoRATraining
public import Primitives
public import UpdateCodec

/// Trains the round again that an update file tells of, and compares.
///
/// A round is determined bit for bit by the base model, the parent adapter, the data, the seed and the steps, and the
/// file by the round, the general sentences on which the trainer tried it (`GeneralTexts`), and the **rest** that the trainer carried over from earlier rounds (error feedback). The rest
/// is in no file: it is zero in a trainer's first round and after a refused update, else it is what
/// ``ReplayReport/residual`` of the replay of the trainer's round before says.
public struct RoundReplay: Sendable {
    let backend: any TrainingBackend
    /// Rounds of more steps are refused: the number is a stranger's.
    let stepLimit: UInt64
    /// The most tokens of one step, for the same reason: 128 times the chain's batch.
    static let batchLimit = 1 << 16

    public init(backend: any TrainingBackend, stepLimit: UInt64 = 100_000) {
        self.backend = backend
        self.stepLimit = stepLimit
    }

    /// Replays the round of `update`.
    ///
    /// - Parameters:
    ///   - parent: the adapter the round started from.
    ///   - data: the tokens it trained on.
    ///   - residual: the rest that the trainer carried into the round; zero when `nil`.
    ///   - general: what `GeneralTexts` draws for the round, on a chain with pools. A trainer with data of its own may be without them:
    ///     a file that follows without is equal too.
    public func run(
        _ update: UpdateFile, baseModelRoot: Hash32, parent: LoRAAdapter, data: TrainingData, residual: LoRADelta? = nil,
        general: [[Int32]] = [],
        progress: @Sendable (TrainingProgress) -> Void = { _ in }, isCancelled: @Sendable () -> Bool = { false }
    ) throws(ReplayError) -> ReplayReport {
        let metadata = update.metadata
        try Self.checkReplayable(metadata)
        let expected: LoRADelta
        do throws(UpdateFileError) {
            try update.check(baseModelRoot: baseModelRoot, parentAdapterRoot: parent.root)
            expected = try update.delta(layout: parent.layout)
        } catch {
            throw .update(error)
        }
        guard metadata.dataHash == data.root else { throw .otherData(expected: metadata.dataHash, actual: data.root) }
        guard let configuration = TrainingConfiguration(recipe: metadata.recipe) else { throw .unknownRecipe(metadata.recipe) }
        guard configuration.batchSize * configuration.sequenceLength <= Self.batchLimit else {
            throw .batch(configuration.batchSize, length: configuration.sequenceLength)
        }
        guard metadata.steps >= 1, metadata.steps <= stepLimit else { throw .steps(metadata.steps, limit: stepLimit) }
        guard backend.isReproducible else { throw .notReproducible }
        let split = ValidationSplit(data)
        let round = TrainingRound(updateSeed: metadata.seed, steps: Int(metadata.steps), split: split, configuration: configuration)
        let result: TrainingResult
        do throws(TrainingError) {
            result = try backend.train(round, from: parent, progress: progress, isCancelled: isCancelled)
        } catch {
            throw .training(error)
        }
        func encoded(_ general: [[Int32]]) throws(ReplayError) -> (update: EncodedUpdate, bytes: [UInt8]) {
            do {
                let made = try UpdateEncoder(metadata: metadata).update(
                    of: result, residual: residual ?? .zero(parent.layout), from: parent, windows: split.windows, general: general,
                    backend: backend)
                return (made, try UpdateFile(made, metadata: metadata) { _ in update.signature }.bytes)
            } catch {
                throw .encoding("\(error)")
            }
        }
        var replayed = try encoded(general)
        if replayed.bytes != update.bytes, !general.isEmpty {
            let plain = try encoded([])
            if plain.bytes == update.bytes { replayed = plain }
        }
        return Self.compare(update, expected, result, replayed.update, replayed.bytes)
    }

    /// Refuses what no replay can make again, however honest it is.
    public static func checkReplayable(_ metadata: UpdateMetadata) throws(ReplayError) {
        if let adapter = metadata.startingAdapter { throw .notTrained(adapter: adapter) }
        if metadata.isAveraged { throw .averaged(contributors: metadata.contributors.map { $0.peer }) }
    }

    /// Compares values, then bytes.
    private static func compare(
        _ update: UpdateFile, _ expected: LoRADelta, _ result: TrainingResult, _ replayed: EncodedUpdate, _ bytes: [UInt8]
    ) -> ReplayReport {
        let outcome: ReplayReport.Outcome
        if let difference = ReplayDifference(expected: expected, replayed: replayed.delta) {
            outcome = .different(difference)
        } else {
            outcome = bytes == update.bytes ? .equal : .otherBytes
        }
        return ReplayReport(outcome: outcome, losses: result.losses, delta: result.delta, residual: replayed.residual)
    }
}

/// Why a round could not be replayed, which says nothing about its honesty.
public enum ReplayError: Error, Sendable, Equatable, CustomStringConvertible {
    case update(UpdateFileError)
    /// The round brought an adapter along (`--start-from`).
    case notTrained(adapter: Hash32)
    /// The round was averaged with a group (`--hivemind`): its trainer's data lead to a part of it.
    case averaged(contributors: [String])
    case otherData(expected: Hash32, actual: Hash32)
    case unknownRecipe(String)
    case steps(UInt64, limit: UInt64)
    /// A batch too large to replay here.
    case batch(Int, length: Int)
    case notReproducible
    case training(TrainingError)
    case encoding(String)

    public var description: String {
        switch self {
        case .update(let error): error.description
        case .notTrained(let adapter):
            "this is no round that can be replayed: nothing was trained in it, its trainer started from an adapter of its own, \(adapter); "
                + "whether it is good is for the loss gate to say ('polai gate')"
        case .averaged(let contributors):
            "this is no round that can be replayed from one trainer's data: it was averaged with a group before it was sent; signed by "
                + contributors.joined(separator: ", ") + ". Whether it is good is for the loss gate to say ('polai gate')"
        case .otherData(let expected, let actual):
            "the round trained on data \(expected), given is \(actual); give the trainer's text with --data"
        case .unknownRecipe(let recipe): "the round followed a recipe this version does not know: \(recipe)"
        case .steps(let steps, let limit): "the update claims \(steps) steps; a replay runs from 1 to \(limit)"
        case .batch(let size, let length):
            "the round trained on batches of \(size) × \(length) tokens, more than the \(RoundReplay.batchLimit) tokens of a replay"
        case .notReproducible: "this training backend is not reproducible; replay on the CPU"
        case .training(let error): "the round cannot be trained again: \(error)"
        case .encoding(let reason): "the replayed change cannot be encoded: \(reason)"
        }
    }
}
