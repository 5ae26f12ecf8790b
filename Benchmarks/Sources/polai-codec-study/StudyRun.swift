import Foundation
import LoRA
import LoRATraining
import LossGate
import Primitives

/// One method with one seed: rounds of training, sending and applying, with what was not sent carried on.
struct StudyRun {
    let setup: StudySetup
    let method: Method
    let seed: Int
    let options: StudyOptions

    /// What a run keeps between rounds; also its checkpoint on disk.
    struct State {
        var round = 0
        var adapter: LoRAAdapter
        var residual: LoRADelta
    }

    func run(_ results: ResultsFile) throws {
        var state = try checkpoint() ?? State(adapter: .zero(setup.layout), residual: .zero(setup.layout))
        while state.round < options.rounds {
            let record = try advance(&state)
            // The checkpoint first: a round may be recorded twice, never skipped.
            try store(state)
            try results.append(record)
            print(Self.line(record))
        }
    }

    private func advance(_ state: inout State) throws -> StudyRecord {
        // The same windows and dropout for every method; another round of them for every seed.
        let round = TrainingRound(
            updateSeed: UInt64(seed) << 32 | UInt64(state.round), steps: options.steps, split: setup.split)
        let result = try setup.backend.train(round, from: state.adapter)
        let sent = try method.send(result, residual: state.residual, from: state.adapter, setup: setup)
        state.adapter = try state.adapter.adding(sent.delta)
        state.residual = sent.residual
        state.round += 1
        let isLast = state.round == options.rounds
        return StudyRecord(
            method: method.name, seed: seed, round: state.round, steps: options.steps, bytes: sent.bytes,
            boost: sent.boost, codec: sent.codec, trainingLoss: result.losses.reduce(0, +) / Float(result.losses.count),
            validationLoss: sent.loss,
            heldOutLoss: isLast || state.round % 5 == 0 ? try setup.backend.loss(of: state.adapter, on: setup.heldOut) : nil,
            devLoss: isLast ? try setup.devTexts.evaluate(state.adapter).loss : nil)
    }

    private static func line(_ record: StudyRecord) -> String {
        let losses = [record.heldOutLoss.map { "held-out \($0)" }, record.devLoss.map { "DEV_TEXTS \($0)" }].compactMap { $0 }
        return "\(record.method) seed \(record.seed) round \(record.round): \(record.codec) \(record.bytes) bytes"
            + " x\(record.boost), training \(record.trainingLoss) " + losses.joined(separator: ", ")
    }

    // MARK: Checkpoint

    private var path: String { "\(options.results).\(method.name).\(seed).\(options.steps).state" }

    private func checkpoint() throws -> State? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let bytes = [UInt8](data)
        let size = 4 * setup.layout.valueCount
        guard bytes.count == 8 + 2 * size else { throw StudyError("\(path) is no checkpoint of this study; remove it") }
        return State(
            round: bytes.prefix(8).reduce(0) { $0 << 8 | Int($1) },
            adapter: try LoRAAdapter(layout: setup.layout, bytes: Array(bytes[8..<8 + size])),
            residual: try LoRADelta(layout: setup.layout, bytes: Array(bytes[(8 + size)...])))
    }

    private func store(_ state: State) throws {
        let round = (0..<8).map { UInt8(truncatingIfNeeded: state.round >> (56 - 8 * $0)) }
        try Data(round + state.adapter.bytes + state.residual.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
