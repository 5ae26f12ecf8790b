import ArgumentParser
import Foundation
import LoRA
import LossGate
import ModelFiles
import PEFTFormat
import Primitives
import TrainingTexts
import UpdateAudit
import UpdateCodec

/// `polai gate`: judges one update file as a validator does.
struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Judge an update file by the loss gate, as a validator does: VALID or INVALID, and why.",
        discussion: """
            Measures the mean loss a token on the 512 DEV_TEXTS with the adapter and with the update applied. The \
            losses are the same bits on every machine, so anybody can check any vote.

            Whatever is wrong in the update or the adapter (damage, forgery, NaN, overflow, another model) is a \
            verdict, INVALID. Exit status: 0 VALID, 1 INVALID, 2 a file or the model cannot be read, 64 unusable options.

            Examples:
              curl -o update.safetensors http://127.0.0.1:8552/updates/0x…/file
              curl -o adapter.safetensors 'http://127.0.0.1:8552/adapter?root=0x…'
              polai gate --update update.safetensors --adapter adapter.safetensors
              polai gate --update first.safetensors --explain      the first update starts from the zero adapter
              polai gate --adapter exported/ --json --explain      the loss with an adapter, and of every sentence
            """)

    @OptionGroup var model: BaseModelOptions

    @Option(help: "The adapter the update starts from: a PEFT folder or safetensors file, or bare FP32 B matrices (default: zero).")
    var adapter: String?

    @Option(help: "The update file; without one only the adapter's loss is measured.")
    var update: String?

    @Flag(help: "Print the losses of every sentence.")
    var explain = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let isValid = try ErrorLine.reporting(status: 2) {
            let bytes = try update.map { Array(try FileBytes(readable: $0)) }
            let loaded = try LoadedModel(model)
            let started = ContinuousClock.now
            let report: GateReport
            do {
                let parent =
                    try adapter.map { try AdapterFile(path: $0, layout: loaded.layout, baseModelRoot: loaded.base.root).adapter }
                    ?? LoRAAdapter.zero(loaded.layout)
                if let bytes {
                    report = GateReport(try judge(bytes, parent: parent, loaded), byteCount: bytes.count, started: started)
                } else {
                    report = GateReport(measuring: parent.root, try measure(parent, loaded), started: started)
                }
            } catch let error as PEFTError {
                guard let bytes, error.isOfContent else { throw error }
                report = GateReport(refusing: "the adapter is unusable: \(error)", bytes: bytes, started: started)
            }
            print(json ? try report.json(model: loaded.name, explain: explain) : report.text(model: loaded.name, explain: explain))
            return report.isValid
        }
        if !isValid { throw ExitCode(1) }
    }

    private func measure(_ adapter: LoRAAdapter, _ loaded: LoadedModel) throws -> LossReport {
        let bar = ProgressBar("Loss gate")
        defer { bar.finish() }
        return try loaded.gate().evaluate(adapter, progress: { bar.update(Double($0.tokensDone) / Double(max(1, $0.tokenCount))) })
    }

    private func judge(_ bytes: [UInt8], parent: LoRAAdapter, _ loaded: LoadedModel) throws -> TrialReport {
        let bar = ProgressBar("Loss gate")
        defer { bar.finish() }
        return try UpdateTrial(gate: loaded.gate(), layout: loaded.layout).judge(
            bytes, parent: parent,
            progress: { phase, progress in
                let half = Double(progress.tokensDone) / Double(max(1, progress.tokenCount)) / 2
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
