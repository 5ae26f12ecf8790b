import ArgumentParser
import Foundation
import LearningTask
import LoRA
import LoRATraining
import ModelFiles
import PEFTFormat
import Primitives
import ServiceInterfaces
import Trainer
import UpdateAudit
import UpdateCodec

/// `polai replay`: trains an update's round again.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Train the round of an update file again and say whether it is equal, or where it differs.",
        discussion: """
            An update names its parent adapter, data (by hash), seed and steps. Training is bit-exact on every machine, \
            so the same inputs give the same file. Trainers of one node share a text; which part of it was this one's is \
            found by its hash.

            One input is in no file: the rest that a trainer carries over, because a codec drops part of every change \
            (error feedback). It is zero in a trainer's first round and after a refused update. For a later round give \
            --residual: --write-residual of a replay of the round before writes it. With --datadir of the trainer's own \
            node the rest is taken from there while it is still the one of this round. Without it, a difference \
            in a later round proves nothing.

            Exit status: 0 equal, 1 different, 2 the round cannot be replayed, 64 unusable options.

            Examples:
              polai replay update.safetensors
              polai replay 0x4b1f… --datadir .                       file, adapter and rest from a node's stores
              polai replay update.safetensors --validation 0.05      a round of 'polai trainer'
              polai replay r1.safetensors --adapter a1 --residual rest0.bin --write-residual rest1.bin
              polai replay update.safetensors --trace here.txt --against there.txt
            """)

    @Argument(help: "The update file; with --datadir also an update id or a file id.")
    var update: String

    @OptionGroup var model: BaseModelOptions

    @Option(help: "The adapter the round started from: a PEFT folder or file, or bare FP32 B matrices (default: zero).")
    var adapter: String?

    @OptionGroup(title: "Task")
    var task: TaskOptions

    @OptionGroup(title: "The trainer's text (a hub's data set must be in the cache)")
    var text: DataOptions

    @Option(help: "The share of passages that the trainer held back: that of 'polai trainer --validation', 0.05 unless it was given.")
    var validation = 0.0

    @Option(help: "The rest the trainer carried into the round: bare FP32 values.")
    var residual: String?

    @Option(help: "Write the rest that the round leaves for the next one.")
    var writeResidual: String?

    @Option(help: "Data directory of a node to take the update, its adapter and the rest from; the node may be running.")
    var datadir: String?

    @Option(help: "With --datadir: the trainer whose rest to take, where several are at this round.")
    var trainer: String?

    @Option(help: "Write the bits of every step's loss to this file.")
    var trace: String?

    @Option(help: "Compare with another machine's --trace file and name the first step that differs.")
    var against: String?

    func validate() throws {
        guard validation >= 0, validation <= 0.5 else { throw ValidationError("--validation is from 0 to 0.5") }
    }

    func run() throws {
        let isEqual = try ErrorLine.reporting(status: 2) {
            let records = try datadir.map(NodeRecords.init(datadir:))
            let file = try UpdateFile(updateBytes(records))
            try RoundReplay.checkReplayable(file.metadata)
            let other = try against.map(readTrace)
            let loaded = try LoadedModel(model)
            let source = try ReplaySource(file, self, records, loaded.adapterLayout(), root: loaded.base.root)
            let (tokens, part) = try trainingData(file, loaded.base.tokenizer)
            let general = GeneralTexts(try pools(), loaded.base.tokenizer)?.windows(file.metadata.seed) ?? []
            let started = ContinuousClock.now
            let report = try replay(file, source, tokens, general, loaded)
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            if let writeResidual { try write(report.residual.bytes, to: writeResidual) }
            let steps = StepTrace(losses: report.losses)
            if let trace { try write(Array(steps.text.utf8), to: trace) }
            print(ReplayText(file: file, source: source, part: part, report: report, seconds: seconds).text)
            if let other {
                print(
                    "trace    "
                        + (steps.firstDifference(from: other).map { "differs first in step \($0)" }
                            ?? "equal in all \(steps.lossBits.count) steps"))
            }
            return report.isEqual
        }
        if !isEqual { throw ExitCode(1) }
    }

    private func replay(
        _ file: UpdateFile, _ source: ReplaySource, _ data: TrainingData, _ general: [[Int32]], _ loaded: LoadedModel
    ) throws -> ReplayReport {
        let bar = ProgressBar("Replaying \(file.metadata.steps) steps")
        defer { bar.finish() }
        let backend = CPUTrainingBackend(model: try loaded.trainedModel(), context: loaded.context)
        return try RoundReplay(backend: backend).run(
            file, baseModelRoot: loaded.base.root, parent: source.parent, data: data, residual: source.residual, general: general,
            progress: { bar.update(Double($0.step) / Double($0.steps)) })
    }

    /// The text, or the trainer's shard of it, whose hash the update names; and which part it is, in words.
    private func trainingData(_ file: UpdateFile, _ tokenizer: Tokenizer) throws -> (TrainingData, String) {
        let passages = try text.cachedPassages(of: taskTexts()).map { tokenizer.encode($0) }
        let documents = HeldBackPassages.split(passages, share: validation).training
        let separator = tokenizer.endToken ?? 0
        guard let found = DataShards.find(file.metadata.dataHash, in: documents, separator: separator) else {
            // The replay refuses it with both hashes.
            return (TrainingData(documents: documents, separator: separator), "")
        }
        return (found.data, found.count == 1 ? "the whole text" : "shard \(found.index + 1) of \(found.count) of the text")
    }

    private func taskTexts() throws -> TaskTexts {
        let chain = try datadir.flatMap { try ChainRecord.load(datadir: $0) }
        return try task.texts(root: chain.map { try $0.devTexts })
    }

    /// What the trainer tried its update on; who replays data of their own may be without the chain's task.
    private func pools() throws -> GuardPools? {
        if text.data.isEmpty { try taskTexts().pools() } else { try? taskTexts().pools() }
    }

    /// The bytes of the file at a path, or of the update with an id.
    private func updateBytes(_ records: NodeRecords?) throws -> [UInt8] {
        guard let records, !FileManager.default.fileExists(atPath: update) else { return Array(try FileBytes(readable: update)) }
        guard let id = try? Hash32(hex: update) else {
            throw SetupError("'\(update)' is neither a file nor an update id of 64 hexadecimal digits")
        }
        if let bytes = try records.file(id) { return bytes }
        guard let summary = try records.summary(id) else { throw SetupError("the node's stores know no update \(id.hex)") }
        guard summary.inputs.count == 1, let input = summary.inputs.first, let fileID = try? Hash32(hex: input) else {
            throw SetupError(
                "update \(id.hex) is made of \(summary.inputs.count) files; replay one of them: \(summary.inputs.joined(separator: ", "))")
        }
        guard let bytes = try records.file(fileID) else { throw SetupError("the node no longer has the file \(input)") }
        return bytes
    }

    private func readTrace(_ path: String) throws -> StepTrace {
        guard let trace = StepTrace(text: String(decoding: Array(try FileBytes(readable: path)), as: UTF8.self)) else {
            throw SetupError("\(path) is no file that --trace wrote")
        }
        return trace
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw SetupError("cannot write \(path): \(error.localizedDescription)")
        }
    }
}

/// What a replay starts from, and where that was found.
struct ReplaySource {
    let parent: LoRAAdapter
    let residual: LoRADelta?
    /// Where the rest is from, in words.
    let residualOrigin: String

    init(_ file: UpdateFile, _ command: ReplayCommand, _ records: NodeRecords?, _ layout: LoRALayout, root: Hash32) throws {
        if let path = command.adapter {
            parent = try AdapterFile(path: path, layout: layout, baseModelRoot: root).adapter
        } else if let records {
            guard let held = try records.adapter(file.metadata.parentAdapterRoot, layout: layout, baseModelRoot: root) else {
                throw SetupError(
                    "the node knows no way to the parent adapter \(file.metadata.parentAdapterRoot.hex); give it with --adapter")
            }
            parent = held
        } else {
            parent = .zero(layout)
        }
        if let path = command.residual {
            residual = try LoRADelta(layout: layout, bytes: Array(try FileBytes(readable: path)))
            residualOrigin = path
        } else if let known = try records?.trainers(layout: layout).filter({ $0.round == file.metadata.round }), let state = known.first {
            guard known.count == 1 || command.trainer != nil else {
                throw SetupError(
                    "several trainers of the node are at round \(state.round); name one with --trainer: \(known.map(\.name).joined(separator: ", "))"
                )
            }
            guard let state = command.trainer.map({ name in known.first { $0.name == name } }) ?? state else {
                throw SetupError("the node's trainer '\(command.trainer ?? "")' is not at round \(file.metadata.round)")
            }
            residual = state.residual
            residualOrigin = "the node's trainer '\(state.name)'"
        } else {
            residual = nil
            residualOrigin = file.metadata.round == 0 ? "none, as in every first round" : "taken as zero"
        }
    }
}

/// What `polai replay` prints.
private struct ReplayText {
    let file: UpdateFile
    let source: ReplaySource
    let part: String
    let report: ReplayReport
    let seconds: Double

    var text: String {
        let metadata = file.metadata
        var lines = [
            ("update", "\(file.id.hex), \(file.bytes.count) bytes, \(file.codec.rawValue)"),
            ("round", "\(metadata.round), \(metadata.steps) steps, seed \(metadata.seed), from adapter \(source.parent.root.hex)"),
            ("data", part),
            ("rest", source.residualOrigin),
            ("losses", "\(report.losses.first ?? .nan) to \(report.losses.last ?? .nan)"),
            ("seconds", "\((seconds * 100).rounded() / 100)"),
        ]
        switch report.outcome {
        case .equal: lines.append(("result", "equal, byte for byte"))
        case .otherBytes: lines.append(("result", "the same change, written in other bytes"))
        case .different(let difference):
            lines.append(
                (
                    "result",
                    "different, first in \(difference.module) row \(difference.row) column \(difference.column): "
                        + "the file has \(difference.expected), the replay \(difference.replayed)"
                ))
            lines.append(
                (
                    "differ",
                    "\(difference.elements) of \(difference.elementCount) elements in \(difference.modules) of "
                        + "\(difference.moduleCount) modules, by at most \(difference.largest)"
                ))
            if source.residual == nil, metadata.round > 0 {
                lines.append(("note", "the trainer may have carried a rest from its earlier rounds; see --residual"))
            }
        }
        return lines.map { $0.0.padding(toLength: 9, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
    }
}
