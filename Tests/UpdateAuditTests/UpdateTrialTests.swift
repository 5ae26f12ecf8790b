import AckQuorum
import LoRA
import LossGate
import ModelFiles
import PeerIdentity
import Primitives
import Synchronization
import Testing
import Transformer
import UpdateAudit
import UpdateCodec

@Suite struct UpdateTrialTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    @Test func anImprovementIsValid() throws {
        let file = try fixture.file(fixture.usefulChange())
        let seen = Mutex<Set<UpdateTrial.Phase>>([])
        let report = try fixture.trial.judge(
            file.bytes, parent: fixture.zero, progress: { phase, _ in seen.withLock { _ = $0.insert(phase) } })
        let (before, after) = (try #require(report.before), try #require(report.after))
        #expect(report.isValid && report.reason == nil)
        #expect(LossGateRule.passes(lossBeforeBits: before.lossBits, lossAfterBits: after.lossBits))
        #expect(before == (try fixture.gate.evaluateBase()))
        #expect(after == (try fixture.gate.evaluate(fixture.zero.adding(file.delta(layout: fixture.layout)))))
        #expect(report.fileID == file.id && report.codec == .denseFP16 && report.metadata == file.metadata)
        #expect(report.adapterRoot == (try fixture.zero.adding(file.delta(layout: fixture.layout)).root))
        #expect(seen.withLock { $0 } == [.before, .after])
    }

    /// The same step the other way raises the loss.
    @Test func aStepTheWrongWayIsInvalid() throws {
        let file = try fixture.file(fixture.usefulChange().map { -$0 })
        let report = try fixture.trial.judge(file.bytes, parent: fixture.zero)
        guard case .lossNotLowered(let before, let after)? = report.reason else { Issue.record("\(report.verdict)"); return }
        #expect(after > before)
        #expect("\(report.reason.map { "\($0)" } ?? "")".contains("0.999"))
    }

    @Test func standingStillIsInvalid() throws {
        let file = try fixture.file([Float](repeating: 0, count: fixture.layout.valueCount))
        let report = try fixture.trial.judge(file.bytes, parent: fixture.zero)
        #expect(report.before?.lossBits == report.after?.lossBits)
        #expect(!report.isValid && report.after != nil)
    }

    /// The largest values a file can hold: added to a huge adapter they overflow, alone they drown the model.
    @Test(arguments: [Float](arrayLiteral: 65_504, -65_504, 6e-8, 1e-5)) func extremeValues(value: Float) throws {
        let values = [Float](repeating: value, count: fixture.layout.valueCount)
        let report = try fixture.trial.judge(fixture.file(values).bytes, parent: fixture.zero)
        #expect(!report.isValid)
        #expect(try fixture.trial.judge(fixture.file(values).bytes, parent: fixture.zero).after?.lossBits == report.after?.lossBits)
    }

    @Test func overflowingSumsAreInvalid() throws {
        let huge = try LoRAAdapter(
            layout: fixture.layout, values: .init(repeating: .greatestFiniteMagnitude, count: fixture.layout.valueCount))
        let metadata = fixture.metadata(parent: huge)
        let values = [Float](repeating: 65_504, count: fixture.layout.valueCount)
        let report = try fixture.trial.judge(fixture.file(values, metadata: metadata).bytes, parent: huge)
        // FP32's largest value takes 65,504 without a trace; the model overflows instead.
        #expect(report.reason == .lossBeforeNotFinite)
        #expect(report.before?.lossBits == LossReport.notFiniteBits)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func aDamagedParentIsInvalid(value: Float) throws {
        var values = [Float](repeating: 0, count: fixture.layout.valueCount)
        values[values.count - 1] = value
        let parent = try LoRAAdapter(layout: fixture.layout, values: values)
        let report = try fixture.trial.judge(fixture.file(fixture.usefulChange()).bytes, parent: parent)
        let last = try #require(fixture.layout.modules.last)
        #expect(report.reason == .parentAdapter(.notFinite(module: last.name)))
        #expect(report.before == nil)
    }

    /// binary16 patterns of NaN, infinity and denormals put into the values of a signed file.
    @Test(arguments: [UInt16](arrayLiteral: 0x7e00, 0xfe01, 0x7c00, 0xfc00, 0x0001, 0x83ff)) func hostileHalves(word: UInt16) throws {
        let file = try fixture.file(.init(repeating: 0.001, count: fixture.layout.valueCount))
        var bytes = file.bytes
        // The values end the file: dense-fp16 is one F16 tensor, and modules is a byte tensor behind it.
        let modules = (fixture.layout.modules.count + 7) / 8
        let place = bytes.count - modules - 2
        bytes[place] = UInt8(truncatingIfNeeded: word)
        bytes[place + 1] = UInt8(truncatingIfNeeded: word >> 8)
        let report = try fixture.trial.judge(bytes, parent: fixture.zero)
        // Whatever the value, the signature no longer covers it.
        #expect(report.reason == .updateFile(.badSignature))
    }

    /// Every cut and every flipped byte of a file is a verdict, never a crash, and never VALID.
    @Test func damagedFilesAreInvalid() throws {
        let bytes = try fixture.file(fixture.usefulChange(), codec: .sign1Bit).bytes
        for count in stride(from: 0, to: bytes.count, by: 97) {
            let report = try fixture.trial.judge(Array(bytes[..<count]), parent: fixture.zero)
            #expect(!report.isValid && report.before == nil, "\(count) bytes")
        }
        for place in stride(from: 0, to: bytes.count, by: 53) {
            var changed = bytes
            changed[place] ^= 0x40
            let report = try fixture.trial.judge(changed, parent: fixture.zero)
            #expect(!report.isValid && report.before == nil, "byte \(place)")
        }
        #expect(!(try fixture.trial.judge([UInt8](repeating: 0xff, count: 200_000), parent: fixture.zero).isValid))
    }

    @Test func anotherModelsUpdateIsInvalid() throws {
        var metadata = fixture.metadata()
        metadata.baseModelRoot = .zero
        let values = [Float](repeating: 0.001, count: fixture.layout.valueCount)
        let foreign = try fixture.file(values, metadata: metadata)
        guard case .updateFile(.wrongBaseModel)? = try fixture.trial.judge(foreign.bytes, parent: fixture.zero).reason else {
            Issue.record("accepted a foreign update"); return
        }
        metadata = fixture.metadata()
        metadata.parentAdapterRoot = .zero
        let stale = try fixture.file(values, metadata: metadata)
        guard case .updateFile(.wrongParent)? = try fixture.trial.judge(stale.bytes, parent: fixture.zero).reason else {
            Issue.record("accepted a stale update"); return
        }
        // Made for a model of one layer less, but claiming this one.
        var shallow = fixture.gate.model.configuration
        shallow.layerCount -= 1
        let layout = LoRALayout(model: shallow)
        let encoded = try UpdateEncoder(metadata: fixture.metadata()).encode(
            LoRADelta(layout: layout, values: .init(repeating: 0.001, count: layout.valueCount)), codec: .sign1Bit)
        let file = try UpdateFile(encoded, metadata: fixture.metadata()) { try fixture.key.sign($0) }
        guard case .updateFile(let error)? = try fixture.trial.judge(file.bytes, parent: fixture.zero).reason else {
            Issue.record("accepted a wrong shape"); return
        }
        #expect(error.description.contains("model") || error.description.contains("tensor"))
    }

    @Test func stopsWhenAsked() throws {
        let file = try fixture.file(fixture.usefulChange())
        #expect(throws: LossGateError.cancelled) { try fixture.trial.judge(file.bytes, parent: fixture.zero, isCancelled: { true }) }
    }
}
