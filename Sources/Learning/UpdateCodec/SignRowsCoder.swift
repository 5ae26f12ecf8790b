import LoRA
import ModelFiles

/// `sign-rows`: the rows of B that matter most, each value of them plus or minus one magnitude a module.
///
/// `code` is one stream of a range coder (`RangeEncoder`) over the chosen modules in order. For each row of B: whether
/// it changes (1 for yes), by the model that the two rows before it (yes or no; no before the first), the same row of
/// the last chosen module at the same projection (no when there is none) and the projection choose; then, of a row
/// that changes, each value in turn: whether its sign is as `SignPredictor` guesses (plus for a guess of 0 or more),
/// by the model of the guess's strength. The predictor starts afresh in each module, the models never.
enum SignRowsCoder {
    /// What the coder and the decoder learn alike.
    private struct Models {
        private var rows = [BitModel](repeating: BitModel(), count: 8 * LoRAConfiguration.Target.allCases.count)
        var signs = [BitModel](repeating: BitModel(), count: SignPredictor.strengths)
        /// For each projection, which rows of the last module changed.
        private var last = [[Bool]](repeating: [], count: LoRAConfiguration.Target.allCases.count)

        /// Calls `body` for every row with its model; `body` returns whether the row changes.
        mutating func forEachRow(_ module: LoRAModule, rows count: Int, _ body: (Int, inout BitModel, inout [BitModel]) -> Bool) {
            let target = LoRAConfiguration.Target.allCases.firstIndex(of: module.target) ?? 0
            var flags = [Bool](repeating: false, count: count)
            let before = last[target]
            var history = 0
            for row in 0..<count {
                let sameRow = row < before.count && before[row]
                let flag = body(row, &rows[8 * target + (sameRow ? 4 : 0) + history], &signs)
                flags[row] = flag
                history = (history << 1 | (flag ? 1 : 0)) & 3
            }
            last[target] = flags
        }
    }

    // MARK: Encoding

    /// Encodes the rows of `change` that `isTaken` marks; it counts all rows of the chosen modules on.
    static func encode(
        _ change: LoRADelta, modules: [LoRAModule], isTaken: [Bool]
    ) -> [String: UpdatePayload.Tensor] {
        let rank = change.layout.configuration.rank
        var models = Models()
        var coder = RangeEncoder()
        var scales: [UInt16] = []
        var first = 0
        var signs = [Int](repeating: 1, count: rank)
        for module in modules {
            let count = module.count / rank
            var predictor = SignPredictor(rank: rank)
            var sum = 0.0
            var taken = 0
            change.values.withUnsafeBufferPointer { values in
                models.forEachRow(module, rows: count) { row, flag, signModels in
                    coder.append(isTaken[first + row], &flag)
                    guard isTaken[first + row] else { return false }
                    taken += 1
                    for column in 0..<rank {
                        let value = values[module.offset + row * rank + column]
                        sum += Double(value.magnitude)
                        signs[column] = value >= 0 ? 1 : -1
                        let guess = predictor.guess(column, signs)
                        coder.append((guess >= 0) == (value >= 0), &signModels[SignPredictor.strength(guess)])
                        predictor.learn(column, signs, guess: guess)
                    }
                    return true
                }
            }
            scales.append(HalfPrecision.bits(min(Float(sum / Double(max(1, taken * rank))), 65_504)))
            first += count
        }
        let code = coder.finish()
        return [
            "scales": .init(type: .f16, shape: [scales.count], bytes: Words16.bytes(scales)),
            "code": .init(type: .u8, shape: [code.count], bytes: code),
        ]
    }

    // MARK: Decoding

    static func decode(_ payload: UpdatePayload, modules: [LoRAModule], rank: Int) throws(UpdateFileError) -> [Float] {
        try payload.checkNames(["scales", "code"])
        let scales = try Words16.magnitudes(payload.tensor("scales", .f16, [modules.count]), tensor: "scales")
        guard let tensor = payload.tensors["code"] else { throw .badTensor(name: "code", reason: "is missing") }
        var coder = RangeDecoder(try payload.tensor("code", .u8, [tensor.bytes.count]))
        var models = Models()
        var values = [Float](repeating: 0, count: modules.reduce(0) { $0 + $1.count })
        var first = 0
        var signs = [Int](repeating: 1, count: rank)
        for (module, scale) in zip(modules, scales) {
            var predictor = SignPredictor(rank: rank)
            values.withUnsafeMutableBufferPointer { values in
                models.forEachRow(module, rows: module.count / rank) { row, flag, signModels in
                    guard coder.read(&flag) else { return false }
                    for column in 0..<rank {
                        let guess = predictor.guess(column, signs)
                        let isPlus = coder.read(&signModels[SignPredictor.strength(guess)]) == (guess >= 0)
                        signs[column] = isPlus ? 1 : -1
                        predictor.learn(column, signs, guess: guess)
                        // Minus zero would be another bit pattern of the same change.
                        values[first + row * rank + column] = isPlus || scale == 0 ? scale : -scale
                    }
                    return true
                }
            }
            guard !coder.isExhausted else { throw .badTensor(name: "code", reason: "ends early") }
            first += module.count
        }
        guard coder.isFinished else { throw .badTensor(name: "code", reason: "has bytes after the last row") }
        return values
    }
}
