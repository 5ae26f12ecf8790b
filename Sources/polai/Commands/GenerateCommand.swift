import ArgumentParser
import ChatTemplates
import Foundation
import LoRA
import ModelFiles
import PEFTFormat
import PetalsClient
import Primitives
import TextGeneration
import Transformer
import UpdateAudit

/// `polai generate`: lets the model speak, with the chain's adapter or without.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write text with the base model and the chain's adapter, as it comes.",
        discussion: """
            The prompt is put into the model's own chat template (chat_template.jinja, tokenizer_config.json, or the GGUF \
            file's tokenizer.chat_template); --template chooses another, --raw continues the prompt as plain text. Equal \
            options give equal text on every machine (and, where a template writes the date, on the same day). Ctrl-C ends \
            the text.

            With --petals the model's blocks are run by the servers of a Petals swarm, for models that are too big for this \
            machine; only its embedding and output projection are loaded. Nobody checks what those servers compute: such a \
            text may be anything, and need not be the same twice.

            Examples:
              polai generate --prompt 'What is a lighthouse for?'
              polai generate --datadir . --prompt 'The harbour at dawn' --raw --max-tokens 60
              polai generate --adapter exported/ --prompt 'Hello' --temperature 0
              echo 'A long question' | polai generate --prompt -
              polai generate --base big/ --petals /ip4/192.0.2.1/tcp/31330/p2p/Qm… --prefix big-hf --prompt 'Hello'
            """)

    @OptionGroup var model: BaseModelOptions

    @Option(help: "What to say to the model; - reads standard input.")
    var prompt: String

    @Option(help: "An adapter: a PEFT folder or file, or bare FP32 B matrices.")
    var adapter: String?

    @Option(help: "Data directory of a node whose newest final adapter to use; the node may be running.")
    var datadir: String?

    @Option(help: "With --datadir: the adapter of this root.")
    var root: String?

    @Option(
        help:
            "Write the conversation in this way instead of the model's own: chatml, llama2, llama3, deepseek, mistral, gemma, or a file with a Jinja template."
    )
    var template: String?

    @Option(help: "The system message (default: what the template says; empty for an empty one).")
    var system: String?

    @Flag(help: "Continue the prompt as plain text, without a chat template.")
    var raw = false

    @Option(help: "The most tokens to write.")
    var maxTokens = 256

    @Option(help: "0 takes the likeliest token each time; higher is more varied.")
    var temperature: Float = 0.7

    @Option(help: "Draw only from the likeliest tokens that together have this probability.")
    var topP: Float = 0.9

    @Option(help: "Decides the draws.")
    var seed: UInt64 = 0

    @OptionGroup(title: "Petals")
    var petals: PetalsOptions

    func validate() throws {
        guard petals.petals.isEmpty || (adapter == nil && datadir == nil) else {
            throw ValidationError("--petals runs the servers' blocks: it takes no --adapter and no --datadir")
        }
        guard (1...1_000_000).contains(maxTokens) else { throw ValidationError("--max-tokens is from 1 to 1000000") }
        guard temperature.isFinite, temperature >= 0 else { throw ValidationError("--temperature is 0 or more") }
        guard topP > 0, topP <= 1 else { throw ValidationError("--top-p is above 0 and at most 1") }
        guard adapter == nil || datadir == nil else { throw ValidationError("--adapter and --datadir exclude each other") }
        guard template == nil || !raw else { throw ValidationError("--template and --raw exclude each other") }
        guard root == nil || datadir != nil else { throw ValidationError("--root needs --datadir") }
    }

    func run() async throws {
        try await ErrorLine.reporting(status: 1) {
            guard petals.petals.isEmpty else { return try await runRemotely() }
            let message = try prompt == "-" ? standardInput() : prompt
            let loaded = try LoadedModel(model)
            let tokenizer = loaded.base.tokenizer
            let template = try chosenTemplate(loaded.base)
            let tokens = try template.tokens(prompt: message, system: system, tokenizer: tokenizer, clock: .now)
            let generator = try TextGenerator(
                model: loaded.model, tokenizer: tokenizer, adapter: chosenAdapter(loaded), context: loaded.context)
            let interrupt = InterruptSignal()
            let started = ContinuousClock.now
            let outcome = try generator.generate(
                prompt: tokens, limit: maxTokens, sampling: sampling, stop: template.stopTokens(tokenizer)
            ) { text in
                FileHandle.standardOutput.write(Data(text.utf8))
                return !interrupt.isSet
            }
            finish(outcome, started)
        }
    }

    private var sampling: Sampling { Sampling(temperature: temperature, topP: topP, seed: seed) }

    private func finish(_ outcome: TextGenerator.Outcome, _ started: ContinuousClock.Instant) {
        FileHandle.standardOutput.write(Data("\n".utf8))
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        ConsoleOutput.write(
            "\(outcome.promptTokens) + \(outcome.generatedTokens) tokens in \((seconds * 100).rounded() / 100) s, ended by \(outcome.ending.rawValue)\n"
        )
    }

    /// The same with blocks that a swarm runs.
    private func runRemotely() async throws {
        let prefix = try PetalsOptions.prefix(petals.prefix, base: model.base)
        let message = try prompt == "-" ? standardInput() : prompt
        let base = try BaseModel(named: model.base)
        let (context, template) = (try ComputeContext(threads: model.threads), try chosenTemplate(base))
        let tokens = try template.tokens(prompt: message, system: system, tokenizer: base.tokenizer, clock: .now)
        let ends = try ModelEnds(
            model: TransformerModel(
                weights: try base.weights, baseModelRoot: base.root, context: context, storage: model.weights.storage, part: .ends),
            context: context)
        let configuration = ends.model.configuration
        var setting = RemoteBlocks.Setting(prefix: prefix, blockCount: configuration.layerCount, width: configuration.hiddenSize)
        (setting.adapter, setting.servers) = (petals.petalsAdapter, try petals.servers)
        let interrupt = InterruptSignal()
        try await PetalsSwarm.joined(at: try petals.bootstrap) { node in
            let start = ContinuousClock.now
            let blocks = RemoteBlocks(setting, network: HivemindBlockNetwork(node)) { (ContinuousClock.now - start) / .seconds(1) }
            ConsoleOutput.write("Servers of the swarm compute this text's blocks, and nobody checked them: it may be anything.\n")
            let generator = RemoteTextGenerator(ends: ends, tokenizer: base.tokenizer, blocks: blocks)
            let outcome = try await generator.generate(
                prompt: tokens, limit: maxTokens, sampling: sampling, stop: template.stopTokens(base.tokenizer)
            ) { text in
                FileHandle.standardOutput.write(Data(text.utf8))
                return !interrupt.isSet
            }
            finish(outcome.text, start)
            let route = outcome.route.map { "\($0.blocks.lowerBound)-\($0.blocks.upperBound - 1) at \($0.peer)" }
            ConsoleOutput.write("blocks \(route.joined(separator: ", ")); servers replaced: \(outcome.replacements)\n")
        }
    }

    /// What `--raw` and `--template` say, or the model's own.
    private func chosenTemplate(_ base: BaseModel) throws -> ChatTemplate {
        if raw { return .plain(base.chat) }
        guard let template else {
            do {
                return try ChatTemplate(base.chat, tokenizer: base.tokenizer)
            } catch {
                throw SetupError("\(error); choose another with --template, or continue plain text with --raw")
            }
        }
        if let family = ChatFamily(rawValue: template.lowercased()) { return try ChatTemplate(family, base.chat) }
        let known = ChatFamily.allCases.map(\.rawValue).joined(separator: ", ")
        guard let bytes = try? FileBytes(mapping: template), let source = String(validating: [UInt8](bytes), as: UTF8.self) else {
            throw SetupError("--template '\(template)' is neither a file with a template nor one of \(known)")
        }
        return try ChatTemplate(source: source, base.chat)
    }

    private func standardInput() throws -> String {
        guard let text = String(data: FileHandle.standardInput.readDataToEndOfFile(), encoding: .utf8) else {
            throw SetupError("standard input is not UTF-8")
        }
        return text.trimmingCharacters(in: .newlines)
    }

    private func chosenAdapter(_ loaded: LoadedModel) throws -> LoRAAdapter? {
        if let adapter {
            return try AdapterFile(path: adapter, layout: try loaded.adapterLayout(), baseModelRoot: loaded.base.root).adapter
        }
        guard let datadir else { return nil }
        return try NodeRecords(datadir: datadir).chosenAdapter(
            root: root, layout: try loaded.adapterLayout(), baseModelRoot: loaded.base.root)
    }
}

extension TemplateClock {
    /// This moment by the machine's calendar.
    fileprivate static var now: TemplateClock {
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day, .hour, .minute, .second], from: Date())
        return TemplateClock(
            year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1, hour: parts.hour ?? 0, minute: parts.minute ?? 0,
            second: parts.second ?? 0)
    }
}

extension NodeRecords {
    /// The adapter that `--root` names, or the newest final one.
    func chosenAdapter(root: String?, layout: LoRALayout, baseModelRoot: Hash32) throws -> LoRAAdapter {
        let wanted = try root.map { text in
            guard let hash = try? Hash32(hex: text) else { throw SetupError("--root '\(text)' is not 64 hexadecimal digits") }
            return hash
        }
        guard let adapter = try adapter(wanted, layout: layout, baseModelRoot: baseModelRoot) else {
            throw SetupError("the node knows no way to the adapter \(wanted?.hex ?? "it journaled last"); name another with --root")
        }
        return adapter
    }
}
