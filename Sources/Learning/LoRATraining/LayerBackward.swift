import CReproKernels
import LoRA
import ModelFiles
import Transformer

/// The gradient's way back through the model: the residual stream's gradient stands in `arena.stream` between
/// layers, and every adapter's gradient is added to the state, if there is one.
struct LayerBackward {
    let model: TransformerModel
    let adapter: PreparedAdapter?
    /// `nil` where nothing is trained.
    let state: TrainingState?
    let context: ComputeContext
    let arena: TrainingArena
    let dropout: DropoutPlan?
    /// Whether the gradient goes on to the input of the first layer.
    var reachesInput = false

    /// The final norm. `arena.normed` holds the gradient of its output.
    func finish(_ input: Rows, rows: Int) {
        clear(arena.stream, rows)
        normalise(input, model.finalNorm, rows)
    }

    /// Layer `index`.
    func run(_ index: Int, batch: TokenBatch) {
        let configuration = model.configuration
        let layer = model.layers[index]
        let buffers = arena.layers[index]
        let rows = batch.rowCount
        project(index, rows, .down, arena.stream, into: arena.activated, accumulate: false)
        repro_swiglu_backward(
            context.kernels, Int64(rows), Int64(configuration.intermediateSize), buffers.gate.pointer,
            buffers.up.pointer, arena.activated.pointer, Int64(buffers.gate.stride))
        project(index, rows, .gate, buffers.gate, into: arena.normed, accumulate: false)
        project(index, rows, .up, buffers.up, into: arena.normed, accumulate: true)
        normalise(buffers.mid, layer.postAttentionNorm, rows)
        project(index, rows, .output, arena.stream, into: arena.attended, accumulate: false)
        attend(batch, buffers)
        rotate(arena.query, heads: configuration.headCount, batch)
        rotate(arena.key, heads: configuration.keyValueHeadCount, batch)
        // Below the first layer there is nothing to train.
        let ends = index == 0 && !reachesInput
        let output = ends ? nil : arena.normed
        project(index, rows, .query, arena.query, into: output, accumulate: false)
        project(index, rows, .key, arena.key, into: output, accumulate: true)
        project(index, rows, .value, arena.value, into: output, accumulate: true)
        if !ends { normalise(buffers.input, layer.inputNorm, rows) }
    }

    /// One projection: the gradient of its B, and that of its input when `input` is given.
    ///
    /// The input's gradient is the chain over the outputs of `dy · W`, to which the adapter's part is added.
    private func project(
        _ index: Int, _ rows: Int, _ target: LoRAConfiguration.Target, _ dy: Rows, into input: Rows?, accumulate: Bool
    ) {
        let weights = model.layers[index][target].matrix
        let matrix = adapter?.matrices[index][target.index]
        var jobs: [repro_gemm] = []
        if let matrix, let adapter, let state {
            let output = state.gradient(of: matrix.frozen.module)
            jobs.append(
                gradient(matrix, adapter.frozen.rank, arena.layers[index].reduced[target.index], dy, rows, into: output))
        }
        guard let input else { return context.run(jobs) }
        if let matrix, let adapter { jobs.append(reduced(matrix, adapter.frozen.paddedRank, dy, rows)) }
        weights.transpose(0..<weights.rows, into: arena.transposed, context: context)
        jobs.append(
            transposedProduct(dy, rows, count: weights.rows, columns: weights.columns, into: input, accumulate: accumulate))
        context.run(jobs)
        guard let matrix, let adapter else { return }
        let mask = (dropout?.threshold ?? 0) > 0 ? arena.mask(layer: index, target: target) : nil
        repro_lora_input_backward(
            context.kernels, Int64(rows), Int64(weights.columns), Int64(adapter.frozen.rank),
            arena.reduced.pointer, Int64(arena.reduced.stride), matrix.frozen.rows.pointer,
            Int64(Rows.stride(weights.columns)), mask, dropout?.factor ?? 1, input.pointer, Int64(input.stride))
    }

    /// dBᵀ = (x · Aᵀ)ᵀ · dy, a chain over all rows of the batch.
    private func gradient(
        _ matrix: PreparedAdapter.Matrix, _ rank: Int, _ reduced: Rows, _ dy: Rows, _ rows: Int, into output: Rows
    ) -> repro_gemm {
        var job = repro_gemm()
        job.m = Int64(rank)
        job.n = Int64(matrix.frozen.module.outputSize)
        job.k = Int64(rows)
        job.a = UnsafePointer(reduced.pointer)
        job.a_row = 1
        job.a_k = Int64(reduced.stride)
        job.b = UnsafePointer(dy.pointer)
        job.b_panel = 64
        job.b_k = Int64(dy.stride)
        job.a2 = job.a
        job.b2 = job.b
        job.c = output.pointer
        job.c_row = Int64(output.stride)
        job.accumulate = true
        return job
    }

    /// The gradient of x · Aᵀ: dy · (scale · B).
    private func reduced(_ matrix: PreparedAdapter.Matrix, _ width: Int, _ dy: Rows, _ rows: Int) -> repro_gemm {
        var job = repro_gemm()
        job.m = Int64(rows)
        job.n = Int64(width)
        job.k = Int64(matrix.frozen.module.outputSize)
        job.a = UnsafePointer(dy.pointer)
        job.a_row = Int64(dy.stride)
        job.a_k = 1
        job.b = UnsafePointer(matrix.rows.pointer)
        job.b_panel = 64
        job.b_k = Int64(width)
        job.a2 = job.a
        job.b2 = job.b
        job.c = arena.reduced.pointer
        job.c_row = Int64(arena.reduced.stride)
        return job
    }

    /// dy · W with the `count` transposed rows of W in `arena.transposed`.
    private func transposedProduct(
        _ dy: Rows, _ rows: Int, count: Int, columns: Int, into output: Rows, accumulate: Bool
    ) -> repro_gemm {
        var job = repro_gemm()
        job.m = Int64(rows)
        job.n = Int64(columns)
        job.k = Int64(count)
        job.a = UnsafePointer(dy.pointer)
        job.a_row = Int64(dy.stride)
        job.a_k = 1
        job.b = UnsafePointer(arena.transposed)
        job.b_panel = Int64(64 * count)
        job.b_k = 64
        job.a2 = job.a
        job.b2 = job.b
        job.c = output.pointer
        job.c_row = Int64(output.stride)
        job.accumulate = accumulate
        return job
    }

    private func normalise(_ input: Rows, _ weight: FloatBuffer, _ rows: Int) {
        repro_rmsnorm_backward(
            context.kernels, Int64(rows), Int64(weight.count), input.pointer, Int64(input.stride), weight.pointer,
            model.configuration.rmsNormEpsilon, arena.normed.pointer, Int64(arena.normed.stride),
            arena.stream.pointer, Int64(arena.stream.stride))
    }

    private func attend(_ batch: TokenBatch, _ buffers: LayerBuffers) {
        batch.sequences.withUnsafeBufferPointer { sequences in
            var attention = model.attention(sequences, buffers)
            attention.dout = UnsafePointer(arena.attended.pointer)
            attention.dout_row = Int64(arena.attended.stride)
            attention.dq = arena.query.pointer
            attention.dq_row = Int64(arena.query.stride)
            attention.dk = arena.key.pointer
            attention.dk_row = Int64(arena.key.stride)
            attention.dv = arena.value.pointer
            attention.dv_row = Int64(arena.value.stride)
            repro_attention_backward(context.kernels, &attention)
        }
    }

    private func rotate(_ rows: Rows, heads: Int, _ batch: TokenBatch) {
        repro_rope(
            context.kernels, Int64(batch.rowCount), Int64(heads), Int64(model.configuration.headDimension),
            rows.pointer, Int64(rows.stride), batch.positions, arena.rotary.cosines.pointer,
            arena.rotary.sines.pointer, true)
    }

    private func clear(_ rows: Rows, _ count: Int) { rows.pointer.update(repeating: 0, count: count * rows.stride) }

    /// The output projection and the cross-entropy, in blocks of at most 512 rows: leaves the gradient of `hidden`
    /// in `arena.normed` and returns the losses.
    ///
    /// Each 1,024 tokens of the vocabulary are a chain of their own, and these are added in order. In a single chain
    /// over the whole vocabulary the many small probabilities would vanish beside the sum once the target's term is in
    /// it, which costs more than 1e-4 of the gradient.
    func head(_ hidden: Rows, targets: [Int32], weight: Float) -> [Float] {
        let limit = min(targets.count, TrainingPass.partRows)
        var evaluation = LossEvaluation(model: model, context: context, rows: limit, keepsLogits: true)
        var losses: [Float] = []
        for first in stride(from: 0, to: targets.count, by: limit) {
            let part = Array(targets[first..<min(first + limit, targets.count)])
            let rows = hidden.from(first), gradient = arena.normed.from(first)
            losses += evaluation.forward(rows, targets: part)
            guard let dy = evaluation.backward(rows, targets: part, weight: weight) else { continue }
            let (vocabulary, columns) = (model.head.rows, model.head.columns)
            for start in stride(from: 0, to: vocabulary, by: TrainingArena.headChunk) {
                let count = min(TrainingArena.headChunk, vocabulary - start)
                model.head.transpose(start..<start + count, into: arena.transposed, context: context)
                // The stream's gradient is not there yet, so its memory is free.
                let sum = start == 0 ? gradient : arena.stream
                context.run([
                    transposedProduct(
                        Rows(dy.pointer + start, stride: dy.stride), part.count, count: count, columns: columns, into: sum,
                        accumulate: false)
                ])
                guard start > 0 else { continue }
                repro_add(
                    context.kernels, Int64(part.count), Int64(columns), gradient.pointer, Int64(gradient.stride), sum.pointer,
                    Int64(sum.stride), gradient.pointer, Int64(gradient.stride))
            }
        }
        return losses
    }
}
