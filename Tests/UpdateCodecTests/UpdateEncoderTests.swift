import Foundation
import LoRA
import Testing
import UpdateCodec

private var isDebug: Bool {
    var isDebug = false
    assert({ isDebug = true }() == ())
    return isDebug
}

private func energy(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) } }

@Suite struct UpdateEncoderTests {
    @Test func keepsTheSignAndTheMeanMagnitude() throws {
        let module = tinyLayout.modules[3]
        var values = [Float](repeating: 0, count: tinyLayout.valueCount)
        for row in 0..<module.outputSize {
            for column in 0..<8 { values[module.offset + 8 * row + column] = row % 2 == 0 ? Float(column) : -3 * Float(column) }
        }
        let change = try LoRADelta(layout: tinyLayout, values: values)
        let delta = try UpdateEncoder(metadata: metadata).encode(change, codec: .sign1Bit).delta
        for row in 0..<module.outputSize {
            for column in 0..<8 {
                let sign: Float = row % 2 == 0 ? 1 : -1
                let value = delta.values[module.offset + 8 * row + column]
                #expect(value == 2 * sign * Float(column))
                #expect(value.sign == .plus || value < 0)
            }
        }
        #expect(energy(Array(delta.values[..<module.offset])) == 0)
    }

    @Test func takesTheLargest() throws {
        var values = [Float](repeating: 0.001, count: tinyLayout.valueCount)
        for index in stride(from: 5, to: values.count, by: 10) { values[index] = index % 20 == 5 ? 2 : -1 }
        let change = try LoRADelta(layout: tinyLayout, values: values)
        let encoder = UpdateEncoder(metadata: metadata, limit: 1600)
        let update = try encoder.encode(change, codec: .topK2Bit)
        let file = try UpdateFile(update, metadata: metadata, sign: digestSignature)
        #expect(file.bytes.count <= 1600)
        let taken = update.delta.values.filter { $0 != 0 }.count
        #expect(taken > 100)
        for (index, value) in update.delta.values.enumerated() where value != 0 {
            #expect(change.values[index].magnitude >= 1)
            #expect(value == change.values[index])
        }
    }

    @Test func fillsButNeverExceedsTheLimit() throws {
        // A debug build takes half a minute for the whole model: three layers and a tenth of the room there.
        let layout =
            isDebug
            ? LoRALayout(model: model(hidden: 576, intermediate: 1536, layers: 3, heads: 9, keyValueHeads: 3, headDimension: 64))
            : smolLMLayout
        let limit = isDebug ? 15_000 : UpdateFile.maximumSize
        let change = try change(layout, seed: 3)
        let encoder = UpdateEncoder(metadata: metadata, limit: limit)
        for codec in [UpdateEncoding.sign1Bit, .topK2Bit, .signRows] {
            let update = try encoder.encode(change, codec: codec)
            let file = try UpdateFile(update, metadata: metadata, sign: digestSignature)
            #expect(file.bytes.count <= limit)
            #expect(Double(file.bytes.count) > 0.98 * Double(limit) - 1000)
            let kept = 1 - energy(update.residual.values) / energy(change.values)
            #expect(kept > 0.4)
            print("\(codec.rawValue): \(file.bytes.count) bytes, \(update.moduleCount) modules, keeps \(kept) of the energy")
        }
        // The measured choice of the default model.
        if !isDebug {
            let layers = try encoder.encode(change, codec: .sign1Bit, selection: .layers(2...29))
            #expect(layers.moduleCount == 28 * 7)
            #expect(try UpdateFile(layers, metadata: metadata, sign: digestSignature).bytes.count <= 150_000)
        }
        #expect(throws: UpdateFileError.doesNotFit(codec: "dense-fp16", limit: limit)) {
            try encoder.encode(change, codec: .denseFP16, selection: .all)
        }
        #expect(throws: UpdateFileError.doesNotFit(codec: "sign-1bit", limit: limit)) {
            try encoder.encode(change, codec: .sign1Bit, selection: .all)
        }
    }

    /// Larger models: DeepSeek-R1-Distill-Qwen-1.5B and -7B, Llama-8B.
    @Test(
        .enabled(if: !isDebug, "minutes in a debug build"),
        arguments: [
            LoRALayout(model: model(hidden: 1536, intermediate: 8960, layers: 28, heads: 12, keyValueHeads: 2, headDimension: 128)),
            LoRALayout(model: model(hidden: 3584, intermediate: 18_944, layers: 28, heads: 28, keyValueHeads: 4, headDimension: 128)),
            LoRALayout(model: model(hidden: 4096, intermediate: 14_336, layers: 32, heads: 32, keyValueHeads: 8, headDimension: 128)),
        ])
    func fitsLargeModels(layout: LoRALayout) throws {
        let change = try change(layout, seed: 4)
        for codec in UpdateEncoding.allCases {
            let clock = ContinuousClock()
            let start = clock.now
            let update = try UpdateEncoder(metadata: metadata).encode(change, codec: codec)
            let file = try UpdateFile(update, metadata: metadata, sign: digestSignature)
            #expect(file.bytes.count <= 150_000)
            #expect(try UpdateFile(file.bytes).delta(layout: layout) == update.delta)
            print(layout.valueCount, codec.rawValue, file.bytes.count, "bytes", clock.now - start)
        }
    }

    @Test func choosesByLoss() throws {
        let change = try change(tinyLayout, seed: 5)
        let encoder = UpdateEncoder(metadata: metadata)
        #expect(try encoder.candidates(of: change).map(\.codec) == [.denseFP16, .signRows, .sign1Bit, .topK2Bit])
        for codec in UpdateEncoding.allCases {
            #expect(try encoder.best(of: change) { $0.codec == codec ? 1 : 2 }.update.codec == codec)
            #expect(try encoder.best(of: change) { $0.codec == codec ? 1 : .nan }.update.codec == codec)
        }
        let blind = try encoder.best(of: change) { _ in .nan }
        #expect(blind.update.codec == .denseFP16 && blind.update.boost == 1 && blind.loss.isNaN)
        let flat = try encoder.best(of: change) { _ in 3 }
        #expect(flat.update.codec == .denseFP16 && flat.update.boost == UpdateEncoder.firstBoost && flat.loss == 3)
    }

    @Test func searchesTheBoost() throws {
        let change = try change(tinyLayout, seed: 7)
        let encoder = UpdateEncoder(metadata: metadata)
        for target in [Float(0.25), 0.5, 1, 4, 8, 16, 64] {
            var measured = 0
            let best = try encoder.best(of: change) { candidate in
                measured += 1
                return abs(candidate.boost - target) + (candidate.codec == .signRows ? 0 : 0.1)
            }
            #expect(best.update.boost == target)
            #expect(best.update.codec == .signRows)
            #expect(best.loss == 0)
            #expect(measured <= 15)
        }
        // A range of one value sends what was trained.
        let plain = try encoder.best(of: change, boosts: 1...1) { $0.boost == 1 ? 0 : -1 }
        #expect(plain.update.boost == 1 && plain.loss == 0)
        let beyond = try encoder.best(of: change) { -$0.boost }
        #expect(beyond.update.boost == UpdateEncoder.standardBoosts.upperBound)
    }

    @Test func feedbackCarriesTheRest() throws {
        // The same change again and again: what is decoded adds up to it.
        let change = try change(tinyLayout, seed: 6)
        let encoder = UpdateEncoder(metadata: metadata, limit: 2600)
        for codec in [UpdateEncoding.sign1Bit, .topK2Bit, .signRows] {
            var residual = [Float](repeating: 0, count: tinyLayout.valueCount)
            var sum = residual
            let rounds = 40
            for _ in 0..<rounds {
                let step = try LoRADelta(layout: tinyLayout, values: zip(change.values, residual).map { $0 + $1 })
                let update = try encoder.encode(step, codec: codec)
                residual = update.residual.values
                sum = zip(sum, update.delta.values).map { $0 + $1 }
            }
            let target = change.values.map { $0 * Float(rounds) }
            let error = energy(zip(sum, target).map { $0 - $1 }) / energy(target)
            #expect(error < 0.02, "\(codec)")
        }
    }

    @Test func refusesWhatCannotBeEncoded() throws {
        for bad in [Float.nan, .infinity, -.infinity] {
            var values = [Float](repeating: 0, count: tinyLayout.valueCount)
            values[tinyLayout.modules[2].offset] = bad
            let change = try LoRADelta(layout: tinyLayout, values: values)
            #expect(throws: UpdateFileError.notFinite(module: tinyLayout.modules[2].name)) {
                try UpdateEncoder(metadata: metadata).candidates(of: change)
            }
        }
        let huge = try LoRADelta(layout: tinyLayout, values: [Float](repeating: .greatestFiniteMagnitude, count: tinyLayout.valueCount))
        for codec in UpdateEncoding.allCases {
            let update = try UpdateEncoder(metadata: metadata).encode(huge, codec: codec)
            #expect(update.delta.isFinite)
            #expect(update.delta.values.max() == 65_504)
        }
        let zero = LoRADelta.zero(tinyLayout)
        for codec in UpdateEncoding.allCases {
            let update = try UpdateEncoder(metadata: metadata).encode(zero, codec: codec)
            #expect(update.delta.bytes == zero.bytes, "\(codec)")
        }
        #expect(throws: UpdateFileError.doesNotFit(codec: "any codec", limit: 500)) {
            try UpdateEncoder(metadata: metadata, limit: 500).candidates(of: zero)
        }
        struct NoKey: Error {}
        let update = try UpdateEncoder(metadata: metadata).encode(zero, codec: .sign1Bit)
        #expect(throws: UpdateFileError.notSigned(reason: "NoKey()")) { try UpdateFile(update, metadata: metadata) { _ in throw NoKey() } }
        var wordy = metadata
        wordy.recipe = "line\nbreak"
        #expect(throws: UpdateFileError.self) { try UpdateFile(update, metadata: wordy, sign: digestSignature) }
    }
}
