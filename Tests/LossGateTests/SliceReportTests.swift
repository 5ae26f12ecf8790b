import LoRA
import Testing
import TinyModels
import Transformer

@testable import LossGate

@Suite struct SliceReportTests {
    private let tiny: TinyModel
    private let gate: CPULossBackend
    private let task: [[Int32]] = [[1, 2, 3], [4], [5, 6, 7, 8]]
    private let general: [[Int32]] = [[9, 10], [11, 12, 13, 14], [15], [16, 17, 18]]

    init() throws {
        tiny = try #require(TinyModel(named: "qwen2"))
        let context = ComputeContext(pool: nil)
        let model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: context)
        gate = try CPULossBackend(model: model, texts: [[1, 2]], context: context)
    }

    private func slice(_ task: [[Int32]], _ general: [[Int32]], known: [Double?] = []) throws(LossGateError) -> SliceReport {
        let layout = LoRALayout(model: tiny.configuration)
        guard let adapter = try? tiny.adapter() else { throw .noTexts }
        return try gate.slice(task: task, general: general, known: known, parent: LoRAAdapter.zero(layout), result: adapter)
    }

    /// Sentences of one token have no loss and count nowhere.
    @Test func sentencesWithoutLossArePassedOver() throws {
        let report = try slice(task, general)
        #expect(report.taskCount == 2 && report.before.texts.count == 5 && report.base.texts.map(\.tokenCount) == [1, 3, 2])
        #expect(report == (try slice([[1, 2, 3], [5, 6, 7, 8]], [[9, 10], [11, 12, 13, 14], [16, 17, 18]])))
        #expect(report.generalBase == report.generalParent && report.generalAfter != report.generalParent)
    }

    /// A part without any loss is refused; nothing is divided by zero.
    @Test func aPartWithoutAnyLossIsRefused() {
        #expect(throws: LossGateError.noTexts) { try slice([[4]], general) }
        #expect(throws: LossGateError.noTexts) { try slice(task, [[4], []]) }
        #expect(throws: LossGateError.noTexts) { try slice([], []) }
    }

    /// What is known is not measured again, and what is not gives the same bits as all together.
    @Test func knownLossesAreTaken() throws {
        let all = try slice(task, general)
        let sums = all.base.texts.map(\.sum)
        #expect(try slice(task, general, known: [nil, sums[1], nil, nil]) == all)
        #expect(try slice(task, general, known: [sums[0], sums[1], nil, sums[2]]) == all)
        let told = try slice(task, general, known: [nil, 3, 5, nil])
        #expect(told.base.texts.map(\.sum) == [sums[0], 3, sums[2]])
        #expect(told.before == all.before && told.after == all.after)
        // A list of another length is of other sentences.
        #expect(try slice(task, general, known: [1, 2, 3]) == all)
    }
}
