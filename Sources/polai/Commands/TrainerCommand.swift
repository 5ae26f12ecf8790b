import ArgumentParser
import Foundation
import LoRA
import LoRATraining
import Logging
import Primitives
import Trainer

/// `polai trainer`: a trainer in a process of its own, against a running node.
struct TrainerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trainer",
        abstract: "Train against a running node and send it updates over HTTP.",
        discussion: """
            Takes the head adapter from the node, trains rounds on its own data, posts each round's update and waits for \
            the verdict. The base model must be the node's. --peer-id names the trainer: the 16 hexadecimal digits by which \
            ACK records name a validator (the first 8 bytes of SHA-256 of its public key), or any others of your choice. \
            Its key and state are kept under that name, so each trainer needs its own.

            State is saved after every round: after kill -9 the same command goes on with the same round, seed and bits.

            Examples:
              polai trainer --peer-id 0123456789abcdef --steps 1000
              polai trainer --peer-id 0123456789abcdef --steps 200 --data texts/ --data more.jsonl --log train.csv
              polai trainer --peer-id 0123456789abcdef --data ORG/NAME --data-file '*train*.jsonl'
              polai trainer --peer-id 0123456789abcdef --start-from my-lora/
              polai trainer --peer-id 0123456789abcdef --hivemind my_run --bootstrap /ip4/192.0.2.1/tcp/13337/p2p/12D3KooW…
            """)

    @Option(help: "The trainer's name, 16 hexadecimal digits.")
    var peerId: String

    @Option(help: "Steps to train in all.")
    var steps = 1000

    @Option(help: "Steps of one round; each round ends in an update.")
    var stepsPerRound = 10

    @Option(help: "The node's AI engine.")
    var node = "http://127.0.0.1:8552"

    @Option(
        name: [.customLong("base"), .customLong("model")],
        help: "Base model, the one that the node uses: a GGUF file, a model folder, or the id of a cached hub model.")
    var base = "model_cache/SmolLM2-135M-Instruct.Q4_1.gguf"

    @Option(help: WeightForm.help)
    var weights = WeightForm.auto

    @OptionGroup(title: "Task")
    var task: TaskOptions

    @OptionGroup(title: "Training text")
    var text: DataOptions

    @OptionGroup(title: "Averaging")
    var averaging: AveragingOptions

    @Option(help: LoRAAdapter.startHelp)
    var startFrom: String?

    @Option(help: "Share of the passages held back to measure a validation loss on, 0 to 0.5.")
    var validation = 0.05

    @Option(help: "Batches of 8 x 64 tokens whose gradients make one step.")
    var accumulate = 1

    @Option(help: "Steps over which each round's learning rate rises to its value.")
    var warmup = 0

    @Option(help: "Longest gradient; longer ones are scaled down.")
    var clip: Float = 1

    @Option(help: "Learning rate.")
    var learningRate: Float = 1e-4

    @Option(help: "Stop after this many refused updates in a row; 0 goes on.")
    var patience = 5

    @Option(help: "Folder for the trainer's key and state (default: secrets_data/trainer-PEERID).")
    var checkpoint: String?

    @Option(help: "File for steps, losses and verdicts as CSV.")
    var log: String?

    @Option(help: "Execution address for rewards, 0x and 40 hexadecimal digits.")
    var rewardAddress = "0x0000000000000000000000000000000000000000"

    @Option(help: "Threads (default: the number of cores).")
    var threads: Int?

    @Option(help: "Least severe log level shown.")
    var verbosity: Logger.Level = .info

    func validate() throws {
        let digits = peerId.hasPrefix("0x") ? peerId.dropFirst(2) : peerId[...]
        guard digits.count == 16, digits.allSatisfy(\.isHexDigit) else {
            throw ValidationError("--peer-id is '\(peerId)'; it is 16 hexadecimal digits")
        }
        guard (1...10_000_000).contains(steps) else { throw ValidationError("--steps is from 1 to 10000000") }
        guard (1...10_000).contains(stepsPerRound) else { throw ValidationError("--steps-per-round is from 1 to 10000") }
        guard validation >= 0, validation <= 0.5 else { throw ValidationError("--validation is from 0 to 0.5") }
        guard (1...512).contains(accumulate) else { throw ValidationError("--accumulate is from 1 to 512") }
        guard warmup >= 0, warmup <= stepsPerRound else { throw ValidationError("--warmup is from 0 to the steps of a round") }
        guard clip > 0, clip.isFinite, learningRate > 0, learningRate <= 1 else {
            throw ValidationError("--clip is above 0; --learning-rate is above 0 and at most 1")
        }
        guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads is from 1 to 256") }
        try UpOptions.checkAddress(rewardAddress, option: "--reward-address")
        guard patience >= 0 else { throw ValidationError("--patience is 0 or more") }
    }

    func run() async throws {
        try await RoleProcess.begin("trainer", verbosity: verbosity) { signals, logger in
            let remote = try await RemoteTrainer(self, logger: logger)
            let trainer = remote.trainer
            let work = Task { await remote.run() }
            signals.onStop { work.cancel() }
            switch await work.value {
            case .finished:
                let done = await trainer.stepsDone
                logger.info("Done: \(done) steps")
            case .cancelled: logger.info("Stopped")
            case .refused(let count, let reason):
                throw SetupError("the last \(count) updates were refused, the last because: \(reason)")
            case .hopeless(let error): throw SetupError("cannot train: \(error)")
            }
        }
    }

    /// The hyperparameters that the options name; the chain's own where they say nothing.
    var trainingConfiguration: TrainingConfiguration {
        var configuration = TrainingConfiguration.standard
        // Gradients are summed over parts of a batch, so a larger batch is accumulation: memory does not grow with it.
        configuration.batchSize *= accumulate
        configuration.warmupSteps = warmup
        configuration.clipNorm = clip
        configuration.learningRate = learningRate
        return configuration
    }
}
