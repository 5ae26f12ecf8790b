import BeaconTypes
import Foundation
import LossGate
import Primitives
import SSZ
import TrainingTexts
import UpdateAudit
import UpdateCodec

/// What `polai gate` prints.
struct GateReport {
    private let trial: TrialReport?
    private let before: LossReport?
    private let parentRoot: Hash32?
    private let reason: String?
    /// What was measured on.
    private let texts: DevTexts?
    /// The update file's id and length; `nil` when an adapter alone was measured.
    private let file: (id: Hash32, byteCount: Int)?
    private let seconds: Double
    /// The guard slice, where it was measured.
    private let slice: GuardTrial?

    init(_ trial: TrialReport, slice: GuardTrial? = nil, texts: DevTexts, byteCount: Int, started: ContinuousClock.Instant) {
        self.trial = trial
        self.slice = slice
        self.texts = texts
        before = trial.before
        parentRoot = trial.parentAdapterRoot
        reason = trial.reason?.description
        file = (trial.fileID, byteCount)
        seconds = (ContinuousClock.now - started) / .seconds(1)
    }

    /// The verdict on an update whose adapter cannot be used.
    init(refusing reason: String, bytes: [UInt8], started: ContinuousClock.Instant) {
        trial = nil
        slice = nil
        texts = nil
        before = nil
        parentRoot = nil
        self.reason = reason
        file = (SHA256.hash(bytes), bytes.count)
        seconds = (ContinuousClock.now - started) / .seconds(1)
    }

    /// The loss of an adapter, or of a model that takes none, without an update. One that is not finite is told as INVALID.
    init(measuring root: Hash32?, _ loss: LossReport, texts: DevTexts, started: ContinuousClock.Instant) {
        trial = nil
        slice = nil
        self.texts = texts
        before = loss
        parentRoot = root
        reason = loss.isFinite ? nil : "the loss with the adapter is not a finite number"
        file = nil
        seconds = (ContinuousClock.now - started) / .seconds(1)
    }

    var isValid: Bool { reason == nil }

    private var tokens: Int? { before?.tokenCount }
    private var roundedSeconds: Double { (seconds * 100).rounded() / 100 }

    /// The sentences with their losses before and after, where both were measured.
    private var sentences: [Sentence] {
        guard let before = before?.texts, let texts = texts?.sentences else { return [] }
        let after = trial?.after?.texts
        return before.indices.map { index in
            Sentence(
                index: index, tokens: before[index].tokenCount, before: before[index].mean.finite,
                after: after.flatMap { $0[index].mean.finite }, text: index < texts.count ? texts[index] : "")
        }
    }

    // MARK: Text

    func text(model: String, explain: Bool) -> String {
        var lines: [(String, String)] = [("model", model)]
        if let file {
            lines.append(("update", "\(file.id.hex), \(file.byteCount) bytes" + (trial?.codec.map { ", \($0.rawValue)" } ?? "")))
        }
        if let metadata = trial?.metadata {
            let work =
                metadata.startingAdapter.map { "not trained: it brings the adapter \($0.hex)" }
                ?? "\(metadata.steps) steps, seed \(metadata.seed)"
            lines.append(("round", "\(metadata.round) of its trainer, \(work)"))
            if metadata.isAveraged {
                lines.append(("average", "of a group; signed by " + metadata.contributors.map { $0.peer }.joined(separator: ", ")))
            }
        }
        if let parent = parentRoot { lines.append(("adapter", parent.hex)) }
        if let root = trial?.adapterRoot { lines.append(("becomes", root.hex)) }
        if let before { lines.append((file == nil ? "loss" : "before", Self.loss(before))) }
        if let after = trial?.after { lines.append(("after", Self.loss(after))) }
        if let before = before?.loss, let after = trial?.after?.loss, before.isFinite, after.isFinite {
            let change = ((Double(after) / Double(before) - 1) * 1e5).rounded() / 1e3
            lines.append(("change", "\(change) %"))
        }
        if let slice { lines += slice.lines }
        if let before { lines.append(("losses", lossesRoot(before))) }
        if let tokens { lines.append(("tokens", "\(tokens) predicted in each pass")) }
        lines.append(("seconds", "\(roundedSeconds)"))
        if file != nil || !isValid { lines.append(("verdict", isValid ? "VALID" : "INVALID: \(reason ?? "")")) }
        var text = lines.map { $0.0.padding(toLength: 9, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
        if explain, !sentences.isEmpty {
            text = "sentence  tokens   before    after    change\n" + sentences.map(\.line).joined(separator: "\n") + "\n\n" + text
        }
        return text
    }

    /// What a vote's inner signature covers beside the verdict; of an adapter alone, its half of it.
    private func lossesRoot(_ before: LossReport) -> String {
        guard let after = trial?.after else { return before.lossesRoot.hex }
        let losses = GateLosses(beforeRoot: before.lossesRoot, afterRoot: after.lossesRoot)
        return (slice?.complete(losses) ?? losses).hashTreeRoot(.pol).hex
    }

    private static func loss(_ report: LossReport) -> String {
        "\(report.loss)  bits 0x\(String(report.lossBits, radix: 16))"
    }

    // MARK: JSON

    func json(model: String, explain: Bool) throws -> String {
        let form = JSONForm(
            verdict: file == nil && isValid ? nil : isValid ? "VALID" : "INVALID", reason: reason, model: model, update: file?.id.hex,
            bytes: file?.byteCount, codec: trial?.codec?.rawValue, parentAdapterRoot: parentRoot?.hex, adapterRoot: trial?.adapterRoot?.hex,
            lossBefore: before.flatMap { Double($0.loss).finite }, lossAfter: trial?.after.flatMap { Double($0.loss).finite },
            lossBeforeBits: before?.lossBits, lossAfterBits: trial?.after?.lossBits, tokens: tokens,
            lossesRoot: before.map(lossesRoot), seconds: roundedSeconds,
            sentences: explain ? sentences : nil,
            sliceSeed: slice?.seed.hex, taskBeforeBits: slice?.losses.taskBefore, taskAfterBits: slice?.losses.taskAfter,
            generalBaseBits: slice?.losses.generalBase, generalParentBits: slice?.losses.generalParent,
            generalAfterBits: slice?.losses.generalAfter)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(form), as: UTF8.self)
    }

    private struct JSONForm: Encodable {
        let verdict: String?
        let reason: String?
        let model: String
        let update: String?
        let bytes: Int?
        let codec: String?
        let parentAdapterRoot: String?
        let adapterRoot: String?
        let lossBefore: Double?
        let lossAfter: Double?
        let lossBeforeBits: UInt32?
        let lossAfterBits: UInt32?
        let tokens: Int?
        let lossesRoot: String?
        let seconds: Double
        let sentences: [Sentence]?
        let sliceSeed: String?
        let taskBeforeBits: UInt32?
        let taskAfterBits: UInt32?
        let generalBaseBits: UInt32?
        let generalParentBits: UInt32?
        let generalAfterBits: UInt32?
    }

    /// One sentence of the DEV_TEXTS.
    private struct Sentence: Encodable {
        let index: Int
        let tokens: Int
        let before: Double?
        let after: Double?
        let text: String

        var line: String {
            func column(_ value: Double?) -> String {
                String((value.map { String(format: "%.5f", $0) } ?? "-").suffix(9)).leftPadded(9)
            }
            let change = before.flatMap { before in after.map { $0 - before } }
            return String(index).leftPadded(8) + String(tokens).leftPadded(8) + column(before) + column(after)
                + (change.map { String(format: "%+.5f", $0) } ?? "-").leftPadded(10) + "  " + text
        }
    }
}

extension Double {
    /// `nil` for NaN and the infinities, which JSON cannot hold.
    fileprivate var finite: Double? { isFinite ? self : nil }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
