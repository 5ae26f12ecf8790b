import Foundation
import LoRA
import ModelFiles
import TestSupport
import Testing

@testable import UpdateCodec

@Suite struct RangeCoderTests {
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func readsWhatItWrote(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = [0, 1, 77, 20_000][Int(seed) - 1]
        // Models of very different certainty, and bits that flip long runs of carries.
        let bits = (0..<count).map { index in (index % 3, Int.random(in: 0..<100, using: &random) < [50, 1, 99][index % 3]) }
        var models = [BitModel](repeating: BitModel(), count: 3)
        var encoder = RangeEncoder()
        for (model, bit) in bits { encoder.append(bit, &models[model]) }
        let bytes = encoder.finish()
        models = [BitModel](repeating: BitModel(), count: 3)
        var decoder = RangeDecoder(bytes)
        for (model, bit) in bits { #expect(decoder.read(&models[model]) == bit) }
        #expect(decoder.isFinished)
        #expect(bytes.count >= 4)
        // A third of the bits say one bit each, the others a twelfth.
        if count == 20_000 { #expect((900...1250).contains(bytes.count)) }
    }

    @Test func notesAMissingByte() {
        var model = BitModel()
        var encoder = RangeEncoder()
        for index in 0..<1000 { encoder.append(index % 7 == 0, &model) }
        let bytes = encoder.finish()
        var decoder = RangeDecoder(Array(bytes.dropLast()))
        model = BitModel()
        for _ in 0..<1000 { _ = decoder.read(&model) }
        #expect(decoder.isExhausted)
        decoder = RangeDecoder(bytes + [0])
        model = BitModel()
        for _ in 0..<1000 { _ = decoder.read(&model) }
        #expect(!decoder.isFinished)
    }

    /// However long a bit repeats, the other one stays possible.
    @Test(arguments: [true, false]) func neverGetsCertain(bit: Bool) {
        var model = BitModel()
        for _ in 0..<100_000 { model.learn(bit) }
        #expect((1...4095).contains(model.probability))
        #expect(bit ? model.probability > 4000 : model.probability < 96)
    }
}

@Suite struct SignRowsTests {
    /// Rows that follow one pattern of signs or its opposite, which is what training gives.
    private func patterned(_ layout: LoRALayout, flips: Int) throws -> LoRADelta {
        var random = SeededGenerator(seed: 9)
        var values = [Float](repeating: 0, count: layout.valueCount)
        for module in layout.modules {
            let pattern = (0..<8).map { _ in Float(Bool.random(using: &random) ? 1 : -1) }
            for row in 0..<module.outputSize {
                let sign: Float = Bool.random(using: &random) ? 1 : -1
                for column in 0..<8 {
                    let flip: Float = Int.random(in: 0..<100, using: &random) < flips ? -1 : 1
                    values[module.offset + 8 * row + column] = 1e-4 * sign * flip * pattern[column]
                }
            }
        }
        return try LoRADelta(layout: layout, values: values)
    }

    @Test func takesTheImportantRows() throws {
        var random = SeededGenerator(seed: 11)
        var importance = [Float](repeating: 0.001, count: tinyLayout.valueCount)
        var marked: Set<Int> = []
        for _ in 0..<40 {
            let row = Int.random(in: 0..<tinyLayout.valueCount / 8, using: &random)
            marked.insert(row)
            for column in 0..<8 { importance[8 * row + column] = 1 }
        }
        let change = try patterned(tinyLayout, flips: 50)
        let encoder = UpdateEncoder(metadata: metadata, limit: 1600)
        let update = try encoder.encode(change, codec: .signRows, importance: importance)
        let taken = Set(update.delta.values.indices.filter { update.delta.values[$0] != 0 }.map { $0 / 8 })
        #expect(taken.isSuperset(of: marked))
        for index in update.delta.values.indices where taken.contains(index / 8) {
            #expect((update.delta.values[index] > 0) == (change.values[index] >= 0))
        }
    }

    @Test func learnsThePattern() throws {
        let plain = try UpdateEncoder(metadata: metadata).encode(patterned(tinyLayout, flips: 50), codec: .signRows, selection: .all)
        let regular = try UpdateEncoder(metadata: metadata).encode(patterned(tinyLayout, flips: 2), codec: .signRows, selection: .all)
        #expect(plain.moduleCount == 14 && regular.moduleCount == 14)
        // 8,256 signs: a byte holds eight that follow no pattern.
        #expect(plain.payloadSize > 1000)
        #expect(regular.payloadSize < plain.payloadSize * 6 / 10)
    }

    @Test func boostKeepsSizeAndRest() throws {
        let change = try change(tinyLayout, seed: 12)
        for codec in UpdateEncoding.allCases {
            let update = try UpdateEncoder(metadata: metadata).encode(change, codec: codec)
            let boosted = try update.boosted(by: 4)
            #expect(boosted.boost == 4)
            #expect(boosted.residual == update.residual)
            #expect(boosted.payloadSize == update.payloadSize)
            for (value, plain) in zip(boosted.delta.values, update.delta.values) {
                #expect(value == 4 * plain)
            }
            // The rest is one FP32 subtraction away from the change, and the file carries exactly what was tried.
            for index in change.values.indices {
                #expect(update.residual.values[index] == change.values[index] - update.delta.values[index])
            }
            let file = try UpdateFile(boosted, metadata: metadata, sign: digestSignature)
            #expect(try UpdateFile(file.bytes).delta(layout: tinyLayout) == boosted.delta)
        }
        let huge = try UpdateEncoder(metadata: metadata).encode(change, codec: .signRows).boosted(by: .greatestFiniteMagnitude)
        #expect(huge.delta.isFinite)
    }

    @Test func survivesAnyCode() throws {
        var random = SeededGenerator(seed: 13)
        for length in [0, 1, 3, 4, 5, 50, 3000] {
            for fill in [nil, UInt8(0), 0xff] {
                let code = (0..<length).map { _ in fill ?? UInt8.random(in: 0...255, using: &random) }
                let payload = UpdatePayload(
                    codec: .signRows, modules: UpdatePayload.bitmap(Array(0..<14), count: 14),
                    tensors: [
                        "scales": .init(type: .f16, shape: [14], bytes: [UInt8](repeating: 0x10, count: 28)),
                        "code": .init(type: .u8, shape: [length], bytes: code),
                    ])
                do throws(UpdateFileError) {
                    #expect(try payload.delta(layout: tinyLayout).isFinite)
                } catch {
                    #expect(error.description.contains("code"))
                }
            }
        }
    }
}
