import ArgumentParser
import Foundation
import ModelFiles
import ModelHub
import Primitives

/// `polai model`: the base models on this machine.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Fetch base models from a Hugging Face hub, list and check them.",
        discussion: """
            HF_TOKEN is the token for gated models, HF_ENDPOINT another hub or a mirror. Models lie in model_cache/.
            """,
        subcommands: [Pull.self, List.self, Inspect.self, Verify.self])
}

extension ModelCommand {
    struct Pull: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pull",
            abstract: "Fetch a model: safetensors with configuration and tokenizer, or a GGUF file.",
            discussion: """
                A transfer that broke off goes on where it stopped. Every file is checked against the hub's checksum.

                Examples:
                  polai model pull deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B
                  polai model pull bartowski/SmolLM2-135M-Instruct-GGUF --file '*Q8_0.gguf'
                  HF_ENDPOINT=https://mirror.example polai model pull HuggingFaceTB/SmolLM2-135M-Instruct
                  polai up --model HuggingFaceTB/SmolLM2-135M-Instruct
                """)

        @Argument(help: "ORG/NAME.")
        var model: String

        @Option(help: "Branch, tag or commit.")
        var revision = "main"

        @Option(help: "Fetch the files whose names match this shell pattern.")
        var file: String?

        @Option(help: "Refuse to fetch more than this.")
        var maxGigabytes = 64

        func validate() throws {
            guard (1...100_000).contains(maxGigabytes) else { throw ValidationError("--max-gigabytes is from 1 to 100000") }
        }

        func run() async throws {
            try await ErrorLine.reporting(status: 1) {
                let cached = try await ModelLocation.pull(
                    RepositoryID(model), revision: revision, pattern: file, maximumBytes: UInt64(maxGigabytes) * 1_000_000_000)
                print("\(cached.id) \(cached.commit)")
                for file in cached.files { print("  \(file.path)  \(file.size) bytes  \(file.digest)") }
                print("open it with --model \(cached.id) or --base \(cached.path)")
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the models and data sets in model_cache/.")

        func run() throws {
            try ErrorLine.reporting(status: 1) {
                let cache = ModelLocation.cache
                let models = cache.models()
                let loose = cache.looseFiles()
                for model in models {
                    print("\(model.id)  \(Self.size(model.byteCount))  \(model.revision) \(model.commit.prefix(12))  \(model.path)")
                }
                for file in loose { print("\(file.path)  \(Self.size(file.size))") }
                for dataset in cache.datasets() {
                    print(
                        "\(dataset.id)  \(Self.size(dataset.byteCount))  \(dataset.revision) \(dataset.commit.prefix(12))  \(dataset.folder)"
                    )
                }
                if models.isEmpty, loose.isEmpty { print("no models in \(cache.folder)/; 'make setup' fetches the default one") }
            }
        }

        private static func size(_ bytes: UInt64) -> String {
            bytes < 1_000_000_000 ? "\((Double(bytes) / 1e5).rounded() / 10) MB" : "\((Double(bytes) / 1e8).rounded() / 10) GB"
        }
    }

    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect",
            abstract: "Tell what a model's files hold, and what of it is not used.",
            discussion: """
                Opens the model without its weights. Settings and tensors that would change what the model says, and that \
                this program does not apply, are refused by name here as everywhere; those without effect are counted.

                Examples:
                  polai model inspect HuggingFaceTB/SmolLM2-135M-Instruct
                  polai model inspect model_cache/SmolLM2-135M-Instruct.Q4_1.gguf
                """)

        @Argument(help: "ORG/NAME in the cache, a GGUF file, or a model folder.")
        var model: String

        func run() throws {
            try ErrorLine.reporting(status: 1) {
                guard let path = try ModelLocation.local(model) else { throw HubError.notCached(model) }
                for (name, text) in ModelSummary(try BaseModel(path: path)).lines {
                    print(name.padding(toLength: 11, withPad: " ", startingAt: 0) + text)
                }
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check a model's files against their checksums and open it.",
            discussion: """
                A hub model is checked against the checksums that the hub listed. Any model is opened, and its base model \
                root printed: chains compare roots, not names.

                Examples:
                  polai model verify HuggingFaceTB/SmolLM2-135M-Instruct
                  polai model verify model_cache/SmolLM2-135M-Instruct.Q4_1.gguf
                """)

        @Argument(help: "ORG/NAME in the cache, a GGUF file, or a model folder.")
        var model: String

        func run() throws {
            try ErrorLine.reporting(status: 1) {
                let cached =
                    try (try? RepositoryID(model)).flatMap { ModelLocation.cache.repository($0) }
                    ?? CachedRepository.manifest(in: model)
                if let cached {
                    let bar = ProgressBar("Checking \(cached.id)")
                    try cached.verify { bar.update(Double($0) / Double(max(1, cached.byteCount))) }
                    bar.finish()
                    print("\(cached.files.count) files have the checksums of \(cached.id) \(cached.commit)")
                }
                guard let path = try cached?.path ?? ModelLocation.local(model) else { throw HubError.notCached(model) }
                let base = try BaseModel(path: path)
                let (kind, layers) = (base.decoder.kind, base.decoder.layerCount)
                print("\(path) is a \(kind) model of \(layers) layers, \(base.tokenizer.vocabularySize) tokens")
                print("base model root \(base.root.hex)")
            }
        }
    }
}
