import Foundation
import JSON
import LoRA
import ModelFiles
import Primitives
import Synchronization
import Testing
import TinyModels
import Transformer

@testable import LossGate

@Suite struct LossGateTests {
    let tiny: TinyModel
    let model: TransformerModel
    let texts = (0..<40).map { text in
        let length = 2 + text * 7 % 60
        return (0..<length).map { position in Int32((position * 37 + text * 11) % 640) }
    }

    init() throws {
        tiny = try #require(TinyModel(named: "qwen2"))
        model = try TransformerModel(weights: tiny, baseModelRoot: TinyModel.root, context: ComputeContext(pool: nil))
    }

    func gate(threads: Int = 0, set: InstructionSet = .best) throws -> CPULossBackend {
        try CPULossBackend(
            model: model, texts: texts,
            context: ComputeContext(pool: ComputePool(threads: threads, niceness: 0), instructionSet: set))
    }

    /// The report is what a single pass over each text gives, added in order.
    @Test func meansAreTakenInOrder() throws {
        let report = try gate(threads: 2).evaluate(try tiny.adapter())
        let pass = ForwardPass(model: model, adapter: try model.prepare(tiny.adapter()), context: ComputeContext(pool: nil))
        var total = 0.0
        for (text, entry) in zip(texts, report.texts) {
            let losses = try pass.losses(TokenBatch([text.dropLast()]), targets: Array(text.dropFirst()))
            let sum = losses.reduce(0.0) { $0 + Double($1) }
            #expect(entry.sum == sum && entry.tokenCount == text.count - 1)
            total += sum
        }
        #expect(report.tokenCount == texts.reduce(0) { $0 + $1.count - 1 })
        #expect(report.lossBits == Float(total / Double(report.tokenCount)).bitPattern)
        #expect(report.loss > 1 && report.isFinite)
    }

    @Test func sameBitsEverywhere() throws {
        let reference = try gate().evaluate(try tiny.adapter())
        for set in InstructionSet.allCases where set.isAvailable {
            for threads in 0...3 { #expect(try gate(threads: threads, set: set).evaluate(try tiny.adapter()) == reference) }
        }
    }

    @Test func aZeroAdapterIsTheBaseModel() throws {
        let base = try gate().evaluateBase()
        #expect(try gate().evaluate(LoRAAdapter.zero(LoRALayout(model: tiny.configuration))) == base)
        #expect(try gate().evaluate(try tiny.adapter()).lossBits != base.lossBits)
    }

    /// Attackers' values: one defined result, never a crash, wherever it runs.
    @Test(arguments: [Float.nan, -.infinity, .greatestFiniteMagnitude, 1e30]) func hostileValues(value: Float) throws {
        let layout = LoRALayout(model: tiny.configuration)
        let all = try LoRAAdapter(layout: layout, values: Array(repeating: value, count: layout.valueCount))
        var one = LoRAAdapter.zero(layout).values
        one[17] = value
        let some = try LoRAAdapter(layout: layout, values: one)
        for set in InstructionSet.allCases where set.isAvailable {
            let report = try gate(threads: 2, set: set).evaluate(all)
            #expect(report.lossBits == LossReport.notFiniteBits && !report.isFinite)
            let other = try gate(set: set).evaluate(some)
            #expect(other.lossBits == (try gate(threads: 1).evaluate(some).lossBits))
            if !value.isFinite { #expect(!other.isFinite) }
        }
    }

    @Test func denormalsCount() throws {
        let layout = LoRALayout(model: tiny.configuration)
        let tinyValues = try LoRAAdapter(
            layout: layout, values: (0..<layout.valueCount).map { Float(bitPattern: UInt32($0 % 5000)) })
        let reports = try InstructionSet.allCases.filter(\.isAvailable).map { try gate(set: $0).evaluate(tinyValues) }
        for report in reports { #expect(report == reports[0] && report.isFinite) }
    }

    @Test func reportsProgressAndStops() throws {
        let seen = Mutex<[LossProgress]>([])
        let report = try gate(threads: 2).evaluate(
            try tiny.adapter(), progress: { step in seen.withLock { $0.append(step) } })
        seen.withLock { seen in
            #expect(seen.map(\.tokensDone).max() == report.tokenCount)
            #expect(seen.allSatisfy { $0.tokenCount == report.tokenCount })
        }
        #expect(throws: LossGateError.cancelled) {
            try gate(threads: 2).evaluate(try tiny.adapter(), progress: { _ in }, isCancelled: { true })
        }
    }

    @Test func refusesUnusableTexts() throws {
        let context = ComputeContext(pool: nil)
        #expect(throws: LossGateError.noTexts) { try CPULossBackend(model: model, texts: [], context: context) }
        #expect(throws: LossGateError.textTooShort(index: 1)) { try CPULossBackend(model: model, texts: [[1, 2], [3]], context: context) }
        #expect(throws: LossGateError.transformer(.tokenOutOfRange(640, vocabulary: 640))) {
            try CPULossBackend(model: model, texts: [[1, 640]], context: context)
        }
        var other = tiny.configuration
        other.layerCount = 1
        #expect(throws: LossGateError.transformer(.adapterMismatch)) {
            try gate().evaluate(LoRAAdapter.zero(LoRALayout(model: other)))
        }
    }

    /// The roots of `scripts/vectors/gate_losses.py`: empty, both zeros, infinities, payloads of NaN, 512 texts.
    @Test func rootsOfLossesByPython() throws {
        let file = try #require(Bundle.module.url(forResource: "gate_losses", withExtension: "jsonl", subdirectory: "Vectors"))
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 7)
        for line in lines {
            let json = try JSONValue(parsing: String(line))
            let sums = try #require(json["bits"]?.array).map { bits in
                Double(bitPattern: try #require(UInt64(bits.string ?? "", radix: 16)))
            }
            let report = LossReport(texts: sums.map { LossReport.Text(tokenCount: 3, sum: $0) })
            #expect(report.lossesRoot.bytes.bareHex == json["root"]?.string, "\(json["name"]?.string ?? "")")
        }
    }

    /// By Python's hashlib: 1.5, 2.25 and 0.1 as little-endian FP64, in a list of at most 65,536.
    @Test func theRootOfAllLosses() {
        let report = LossReport(texts: [1.5, 2.25, 0.1].map { LossReport.Text(tokenCount: 3, sum: $0) })
        #expect(report.lossesRoot.hex == "0x9eca185b1613d65a0b54200876cd06c52d0396b39f58cc0c29b2970f180c7e30")
        // The order counts, and the least significant bit of any text.
        let turned = LossReport(texts: report.texts.reversed())
        #expect(turned.lossesRoot != report.lossesRoot)
        let near = LossReport(texts: [1.5, 2.25, (0.1).nextUp].map { LossReport.Text(tokenCount: 3, sum: $0) })
        #expect(near.lossBits == report.lossBits && near.lossesRoot != report.lossesRoot)
        // Payloads of NaN differ between processors.
        let nothing = [Double.nan, -Double.signalingNaN].map { LossReport.Text(tokenCount: 3, sum: $0) }
        #expect(LossReport(texts: nothing).lossesRoot.hex == "0x7ecdade64f894d2cc34542a7725709fe11547a6600a6a931882d81dad203c447")
    }

    @Test(arguments: [1, 2, 8]) func groupsCoverAllTexts(threads: Int) {
        let counts = (0..<512).map { 5 + $0 * 13 % 50 }
        let groups = CPULossBackend.group(counts, threads: threads)
        #expect(groups.flatMap { Array($0) } == Array(0..<512))
        #expect(groups.allSatisfy { $0.count == 1 || counts[$0].reduce(0, +) <= CPULossBackend.groupTokens })
        #expect(CPULossBackend.group([5000, 1], threads: 1) == [0..<1, 1..<2])
    }
}

@Suite struct DeepseekLossTests {
    /// The report of a DeepSeek-V3 model: its token losses added in order, text by text.
    @Test func addsUpTheLosses() throws {
        let context = ComputeContext(pool: nil)
        let model = try DeepseekV3Model(weights: #require(TinyDeepseek(named: "plain-queries")), context: context)
        let texts: [[Int32]] = [[1, 2, 3, 4], [7, 9], [5, 5, 100, 199, 0, 3]]
        let done = Mutex<[Int]>([])
        func backend(_ texts: [[Int32]]) throws -> any LossBackend {
            try DecoderModel.latent(model).lossBackend(baseModelRoot: .zero, texts: texts, context: context)
        }
        let report = try backend(texts).evaluate(nil, progress: { step in done.withLock { $0.append(step.tokensDone) } })
        let sums = try texts.map { try model.losses($0, context: context).reduce(0.0) { $0 + Double($1) } }
        #expect(report.texts.map(\.sum) == sums)
        #expect(report.loss == Float((sums[0] + sums[1] + sums[2]) / 9))
        #expect(done.withLock { $0 } == [3, 4, 9])
        #expect(throws: LossGateError.noTexts) { try backend([]) }
        #expect(throws: LossGateError.textTooShort(index: 1)) { try backend([[1, 2], [1]]) }
        #expect(throws: LossGateError.self) { try backend([[1, 200]]).evaluateBase() }
        #expect(throws: LossGateError.cancelled) { try backend(texts).evaluate(nil, progress: { _ in }, isCancelled: { true }) }
    }
}
