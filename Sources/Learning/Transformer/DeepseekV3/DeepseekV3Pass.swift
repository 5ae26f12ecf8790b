import CReproKernels
import ModelFiles

/// One text through a DeepSeek-V3 decoder.
final class DeepseekV3Pass {
    private let model: DeepseekV3Model
    private let tokens: [Int32]
    private let context: ComputeContext
    private let positions: [Int32]
    private let rotary: RotaryTable
    /// The residual stream, its normalised form, and what is added to it.
    private let stream, normed, added: Matrix

    /// A matrix of its own memory.
    private struct Matrix {
        let buffer: FloatBuffer
        let rows: Rows
        let width: Int

        init(_ count: Int, _ width: Int) {
            self.width = width
            buffer = FloatBuffer(count: count * Rows.stride(width))
            rows = Rows(buffer.pointer, stride: Rows.stride(width))
        }
    }

    init(model: DeepseekV3Model, tokens: [Int32], context: ComputeContext) throws(TransformerError) {
        let c = model.configuration
        guard (1...c.contextLength).contains(tokens.count) else { throw .sequenceLength(tokens.count, limit: c.contextLength) }
        for token in tokens where token < 0 || token >= c.vocabularySize {
            throw .tokenOutOfRange(token, vocabulary: c.vocabularySize)
        }
        self.model = model
        self.tokens = tokens
        self.context = context
        positions = tokens.indices.map { Int32($0) }
        rotary = RotaryTable(dimension: c.rotaryDimension, theta: c.ropeTheta, scaling: c.ropeScaling, positions: tokens.count)
        (stream, normed, added) = (
            Matrix(tokens.count, c.hiddenSize), Matrix(tokens.count, c.hiddenSize), Matrix(tokens.count, c.hiddenSize)
        )
    }

    /// The hidden states after the final norm; valid as long as the pass lives.
    func run() -> Rows {
        for (row, token) in tokens.enumerated() {
            model.embedding.copyRow(Int(token), to: stream.rows.from(row).pointer, context: context)
        }
        for layer in model.layers {
            normalise(stream, layer.inputNorm, into: normed)
            attend(layer)
            add(added, to: stream)
            normalise(stream, layer.postAttentionNorm, into: normed)
            switch layer.part {
            case .dense(let matrices): feed(normed, count: tokens.count, matrices, into: added)
            case .mixture(let mixture): feed(mixture)
            }
            add(added, to: stream)
        }
        normalise(stream, model.finalNorm, into: normed)
        return normed.rows
    }

    // MARK: Attention

    private func attend(_ layer: DeepseekV3Layer) {
        let c = model.configuration
        let count = tokens.count
        var input = normed
        if let down = layer.queryDown, let norm = layer.queryNorm {
            let latent = Matrix(count, down.rows)
            multiply(normed, down, into: latent)
            normalise(latent, norm, into: latent, epsilon: 1e-6)
            input = latent
        }
        let plainQueries = Matrix(count, layer.query.rows)
        multiply(input, layer.query, into: plainQueries)
        let compressed = Matrix(count, layer.keyValueDown.rows)
        multiply(normed, layer.keyValueDown, into: compressed)
        let latent = Matrix(count, c.keyValueRank)
        copy(compressed, 0, to: latent, 0, width: c.keyValueRank)
        normalise(latent, layer.keyValueNorm, into: latent, epsilon: 1e-6)
        let expanded = Matrix(count, layer.keyValue.rows)
        multiply(latent, layer.keyValue, into: expanded)

        let (plain, turned, width) = (c.plainDimension, c.rotaryDimension, c.queryDimension)
        let queries = Matrix(count, c.headCount * width), keys = Matrix(count, c.headCount * width)
        let values = Matrix(count, c.headCount * width), attended = Matrix(count, c.headCount * width)
        let queryParts = Matrix(count, c.headCount * turned), keyPart = Matrix(count, turned)
        separate(compressed, c.keyValueRank, into: keyPart, 0)
        for head in 0..<c.headCount { separate(plainQueries, head * width + plain, into: queryParts, head * turned) }
        rotate(queryParts, heads: c.headCount)
        rotate(keyPart, heads: 1)
        for head in 0..<c.headCount {
            let source = head * (plain + c.valueDimension)
            copy(plainQueries, head * width, to: queries, head * width, width: plain)
            copy(queryParts, head * turned, to: queries, head * width + plain, width: turned)
            copy(expanded, source, to: keys, head * width, width: plain)
            copy(keyPart, 0, to: keys, head * width + plain, width: turned)
            // Values are padded with zeros to the keys' width.
            copy(expanded, source + plain, to: values, head * width, width: c.valueDimension)
        }
        run(queries, keys, values, into: attended)
        let compact = Matrix(count, c.headCount * c.valueDimension)
        for head in 0..<c.headCount {
            copy(attended, head * width, to: compact, head * c.valueDimension, width: c.valueDimension)
        }
        multiply(compact, layer.output, into: added)
    }

    private func run(_ queries: Matrix, _ keys: Matrix, _ values: Matrix, into output: Matrix) {
        let c = model.configuration
        let scratchCount = Int(repro_attention_scratch(Int64(tokens.count), Int64(c.queryDimension), false))
        let scratch = FloatBuffer(count: scratchCount * context.threadCount)
        var sequence = repro_sequence(q_start: 0, q_count: Int64(tokens.count), k_start: 0, k_count: Int64(tokens.count))
        withUnsafePointer(to: &sequence) { sequence in
            var attention = repro_attention()
            attention.sequences = sequence
            attention.sequence_count = 1
            attention.heads = Int64(c.headCount)
            attention.kv_heads = Int64(c.headCount)
            attention.d = Int64(c.queryDimension)
            var scale = 1 / Double(c.queryDimension).squareRoot()
            if case .yarn(let yarn) = c.ropeScaling { scale *= yarn.attentionScaleFactor }
            attention.scale = Float(scale)
            attention.q = UnsafePointer(queries.rows.pointer)
            attention.q_row = Int64(queries.rows.stride)
            attention.k = UnsafePointer(keys.rows.pointer)
            attention.k_row = Int64(keys.rows.stride)
            attention.v = UnsafePointer(values.rows.pointer)
            attention.v_row = Int64(values.rows.stride)
            attention.out = output.rows.pointer
            attention.out_row = Int64(output.rows.stride)
            attention.scratch = scratch.pointer
            attention.scratch_count = Int64(scratchCount)
            repro_attention_forward(context.kernels, &attention)
        }
    }

    /// Copies `rotaryDimension` values from column `from`, the even ones first: the file lays pairs side by side, the
    /// rotation wants halves. Queries and keys are reordered alike, so their products stay.
    private func separate(_ source: Matrix, _ from: Int, into target: Matrix, _ to: Int) {
        let half = model.configuration.rotaryDimension / 2
        for row in tokens.indices {
            let input = source.rows.from(row).pointer + from, output = target.rows.from(row).pointer + to
            for index in 0..<half {
                output[index] = input[2 * index]
                output[half + index] = input[2 * index + 1]
            }
        }
    }

    private func rotate(_ matrix: Matrix, heads: Int) {
        repro_rope(
            context.kernels, Int64(tokens.count), Int64(heads), Int64(model.configuration.rotaryDimension), matrix.rows.pointer,
            Int64(matrix.rows.stride), positions, rotary.cosines.pointer, rotary.sines.pointer, false)
    }

    // MARK: Feed-forward

    private func feed(_ input: Matrix, count: Int, _ matrices: DeepseekV3Layer.FeedForward, into output: Matrix) {
        let gate = Matrix(count, matrices.gate.rows), up = Matrix(count, matrices.up.rows)
        context.run([
            matrices.gate.product(input.rows, count: count, into: gate.rows),
            matrices.up.product(input.rows, count: count, into: up.rows),
        ])
        repro_swiglu(
            context.kernels, Int64(count), Int64(gate.width), gate.rows.pointer, up.rows.pointer, gate.rows.pointer,
            Int64(gate.rows.stride))
        context.run([matrices.down.product(gate.rows, count: count, into: output.rows)])
    }

    /// Experts in ascending order, each over the tokens that chose it, then the shared expert.
    private func feed(_ mixture: DeepseekV3Layer.Mixture) {
        let c = model.configuration
        let count = tokens.count
        let scores = Matrix(count, c.expertCount)
        multiply(normed, mixture.router, into: scores)
        let router = ExpertRouter(configuration: c)
        var users = [[(row: Int, weight: Float)]](repeating: [], count: c.expertCount)
        for row in 0..<count {
            let values = scores.rows.from(row).pointer
            var sigmoids = [Float](repeating: 0, count: c.expertCount)
            repro_sigmoid(context.kernels, Int64(c.expertCount), values, &sigmoids)
            for choice in router.choose(scores: sigmoids, bias: mixture.bias.pointer) {
                users[choice.expert].append((row, choice.weight))
            }
        }
        let sum = Matrix(count, c.hiddenSize)
        for (expert, users) in zip(mixture.experts, users) where !users.isEmpty {
            let input = Matrix(users.count, c.hiddenSize), output = Matrix(users.count, c.hiddenSize)
            for (index, user) in users.enumerated() {
                input.rows.from(index).pointer.update(from: normed.rows.from(user.row).pointer, count: c.hiddenSize)
            }
            feed(input, count: users.count, expert, into: output)
            for (index, user) in users.enumerated() {
                let target = sum.rows.from(user.row).pointer, source = output.rows.from(index).pointer
                for column in 0..<c.hiddenSize { target[column] += user.weight * source[column] }
            }
        }
        feed(normed, count: count, mixture.shared, into: added)
        add(sum, to: added)
    }

    // MARK: Rows

    private func multiply(_ input: Matrix, _ weights: WeightMatrix, into output: Matrix) {
        context.run([weights.product(input.rows, count: tokens.count, into: output.rows)])
    }

    private func normalise(_ input: Matrix, _ weight: FloatBuffer, into output: Matrix, epsilon: Float? = nil) {
        repro_rmsnorm(
            context.kernels, Int64(tokens.count), Int64(weight.count), input.rows.pointer, Int64(input.rows.stride), nil, 0,
            weight.pointer, epsilon ?? model.configuration.rmsNormEpsilon, output.rows.pointer, Int64(output.rows.stride))
    }

    private func add(_ left: Matrix, to right: Matrix) {
        repro_add(
            context.kernels, Int64(tokens.count), Int64(right.width), right.rows.pointer, Int64(right.rows.stride),
            left.rows.pointer, Int64(left.rows.stride), right.rows.pointer, Int64(right.rows.stride))
    }

    private func copy(_ source: Matrix, _ from: Int, to target: Matrix, _ place: Int, width: Int) {
        for row in tokens.indices {
            (target.rows.from(row).pointer + place).update(from: source.rows.from(row).pointer + from, count: width)
        }
    }
}
