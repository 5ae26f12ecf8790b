import ArgumentParser
import Foundation
import LearningTask
import LoRA
import LossGate
import ModelFiles
import PEFTFormat
import Primitives
import Trainer
import TrainingTexts
import UpdateAudit
import UpdateCodec

/// `polai gate`: judges one update file as a validator does.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Judge an update file by the loss gate, as a validator does: VALID or INVALID, and why.",
        discussion: """
            Measures the mean loss a token on the 512 DEV_TEXTS with the adapter and with the update applied. The \
            losses are the same bits on every machine, so anybody can check any vote.

            Whatever is wrong in the update or the adapter (damage, forgery, NaN, overflow, another model) is a \
            verdict, INVALID. Exit status: 0 VALID, 1 INVALID, 2 a file or the model cannot be read, 64 unusable options.

            Examples:
              polai gate --node http://127.0.0.1:8552 --update 0x…  check the verdict on an update of a running node
              polai gate --update update.safetensors --adapter adapter.safetensors
              polai gate --update first.safetensors --explain      the first update starts from the zero adapter
              polai gate --adapter exported/ --json --explain      the loss with an adapter, and of every sentence
              polai gate --base tiny-deepseek-v3                   the loss of a model of DeepSeek-V3's own architecture
            """)

    @OptionGroup var model: BaseModelOptions

    @OptionGroup(title: "Task")
    var task: TaskOptions

    @Option(help: "The adapter the update starts from: a PEFT folder or safetensors file, or bare FP32 B matrices (default: zero).")
    var adapter: String?

    @Option(help: "The update file, or with --node its id; without one only the adapter's loss is measured.")
    var update: String?

    @Option(help: "Take the update, and the adapter it starts from, from the AI engine of a running node: its address.")
    var node: String?

    @Option(help: "Measure the guard slice that this seed draws from the task's pools; with --node the seed of the update's vote.")
    var sliceSeed: String?

    @Flag(help: "Print the losses of every sentence.")
    var explain = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let isValid = try await ErrorLine.reporting(status: 2) {
            let texts = try await devTexts()
            let bytes = try await updateBytes()
            let loaded = try LoadedModel(model)
            let started = ContinuousClock.now
            let report: GateReport
            do {
                let parent = try await parentAdapter(of: bytes, loaded)
                if let bytes, let parent {
                    let trial = try judge(bytes, parent: parent, loaded, texts)
                    let slice = try await slice(trial, parent: parent, loaded)
                    report = GateReport(trial, slice: slice, texts: texts, byteCount: bytes.count, started: started)
                } else {
                    report = GateReport(measuring: parent?.root, try measure(parent, loaded, texts), texts: texts, started: started)
                }
            } catch let error as PEFTError {
                guard let bytes, error.isOfContent else { throw error }
                report = GateReport(refusing: "the adapter is unusable: \(error)", bytes: bytes, started: started)
            }
            return try show(report, name: loaded.name)
        }
        if !isValid { throw ExitCode(1) }
    }

    private func show(_ report: GateReport, name: String) throws -> Bool {
        print(json ? try report.json(model: name, explain: explain) : report.text(model: name, explain: explain))
        return report.isValid
    }

    /// The sentences to judge by: those of the node's chain where one was named.
    private func devTexts() async throws -> DevTexts { try await taskTexts().dev }

    private func taskTexts() async throws -> TaskTexts {
        guard let node else { return try task.texts() }
        let status = try await RemoteLearningNode.status(of: RemoteLearningNode.address(node))
        return try task.texts(root: Hash32(hex: status.devTextsRoot))
    }

    private func updateBytes() async throws -> [UInt8]? {
        guard let update else { return nil }
        guard let node, !FileManager.default.fileExists(atPath: update) else { return Array(try FileBytes(readable: update)) }
        guard let id = try? Hash32(hex: update) else {
            throw SetupError("'\(update)' is neither a file nor an update id of 64 hexadecimal digits")
        }
        return try await NodeDownload(node).updateFile(id)
    }

    /// The adapter that was named, or that of the node which the update starts from, or zero.
    ///
    /// `nil` for a model that takes no adapter, where none was asked for.
    private func parentAdapter(of update: [UInt8]?, _ loaded: LoadedModel) async throws -> LoRAAdapter? {
        if loaded.layout == nil, adapter == nil, update == nil { return nil }
        let (layout, root) = (try loaded.adapterLayout(), loaded.base.root)
        if let adapter { return try AdapterFile(path: adapter, layout: layout, baseModelRoot: root).adapter }
        let zero = LoRAAdapter.zero(layout)
        // An update that cannot be read is INVALID from any adapter.
        guard let node, let wanted = update.flatMap({ try? UpdateFile($0).metadata.parentAdapterRoot }), wanted != zero.root else {
            return zero
        }
        return try AdapterFile(FileBytes(try await NodeDownload(node).adapter(wanted)), layout: layout, baseModelRoot: root).adapter
    }

    /// What the guard slice of the update's vote shows, where its seed and the pools are at hand.
    private func slice(_ trial: TrialReport, parent: LoRAAdapter, _ loaded: LoadedModel) async throws -> GuardTrial? {
        guard let result = trial.result else { return nil }
        var seed: Hash32?
        if let sliceSeed {
            guard let given = try? Hash32(hex: sliceSeed) else { throw SetupError("--slice-seed is 64 hexadecimal digits") }
            seed = given
        } else if let node, let id = update.flatMap({ try? Hash32(hex: $0) }) {
            seed = try await NodeDownload(node).sliceSeed(id)
        }
        guard let seed, let pools = try await taskTexts().pools() else { return nil }
        let bar = ProgressBar("Guard slice")
        defer { bar.finish() }
        let sentences = pools.slice(seed)
        let tokenizer = loaded.base.tokenizer
        return GuardTrial(
            seed: seed,
            report: try await loaded.gate(taskTexts().dev).slice(
                task: sentences.task.map { tokenizer.encode($0) }, general: sentences.general.map { tokenizer.encode($0) }, parent: parent,
                result: result))
    }

    private func measure(_ adapter: LoRAAdapter?, _ loaded: LoadedModel, _ texts: DevTexts) throws -> LossReport {
        let bar = ProgressBar("Loss gate")
        defer { bar.finish() }
        return try loaded.gate(texts).evaluate(adapter, progress: { bar.update($0.fraction) })
    }

    private func judge(_ bytes: [UInt8], parent: LoRAAdapter, _ loaded: LoadedModel, _ texts: DevTexts) throws -> TrialReport {
        let bar = ProgressBar("Loss gate")
        defer { bar.finish() }
        return try UpdateTrial(gate: loaded.gate(texts), layout: try loaded.adapterLayout()).judge(
            bytes, parent: parent,
            progress: { phase, progress in
                let half = progress.fraction / 2
                bar.update(phase == .before ? half : 0.5 + half)
            })
    }
}

extension PEFTError {
    /// Whether the file was there and its content is at fault.
    fileprivate var isOfContent: Bool { if case .unreadable = self { false } else { true } }
}

extension FileBytes {
    /// The file at `path`, which the user named.
    convenience init(readable path: String) throws {
        do {
            try self.init(mapping: path)
        } catch {
            throw SetupError("cannot read \(path); check the path and its permissions")
        }
    }
}

extension Array where Element == UInt8 {
    init(_ file: FileBytes) { self = file.withUnsafeBytes { Array($0) } }
}
