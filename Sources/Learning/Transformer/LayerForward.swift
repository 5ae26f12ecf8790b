package import CReproKernels
import LoRA
import ModelFiles

/// One decoder layer applied to a batch.
package struct LayerForward<Input: AdapterInput> {
    package let model: TransformerModel
    package let adapter: PreparedAdapter?
    package let adapterInput: Input
    package let context: ComputeContext
    package let rotary: RotaryTable

    package init(
        model: TransformerModel, adapter: PreparedAdapter?, adapterInput: Input, context: ComputeContext,
        rotary: RotaryTable
    ) {
        self.model = model
        self.adapter = adapter
        self.adapterInput = adapterInput
        self.context = context
        self.rotary = rotary
    }

    /// Runs layer `index`.
    ///
    /// - Parameter keep: called when the batch's own keys and values are written, before attention reads any: a cache
    ///   whose sequences do not lie as the batch's rows do takes them in there.
    package func run(_ index: Int, batch: TokenBatch, buffers: LayerBuffers, keep: () -> Void = {}) {
        let configuration = model.configuration
        let layer = model.layers[index]
        let rows = batch.rowCount
        let hidden = configuration.hiddenSize
        normalise(buffers.input, layer.inputNorm, into: buffers.normed, rows)
        project(
            index, rows, buffers.normed, buffers,
            [(.query, buffers.query), (.key, buffers.key), (.value, buffers.value)])
        rotate(buffers.query, heads: configuration.headCount, batch)
        rotate(buffers.key, heads: configuration.keyValueHeadCount, batch)
        keep()
        attend(batch, buffers)
        project(index, rows, buffers.attended, buffers, [(.output, buffers.projected)])
        add(buffers.input, buffers.projected, into: buffers.mid, rows, hidden)
        normalise(buffers.mid, layer.postAttentionNorm, into: buffers.normed, rows)
        project(index, rows, buffers.normed, buffers, [(.gate, buffers.gate), (.up, buffers.up)])
        repro_swiglu(
            context.kernels, Int64(rows), Int64(configuration.intermediateSize), buffers.gate.pointer,
            buffers.up.pointer, buffers.activated.pointer, Int64(buffers.gate.stride))
        project(index, rows, buffers.activated, buffers, [(.down, buffers.projected)])
        add(buffers.mid, buffers.projected, into: buffers.output, rows, hidden)
    }

    /// The final norm, which stands before the output projection.
    package func finish(_ input: Rows, into output: Rows, rows: Int) {
        normalise(input, model.finalNorm, into: output, rows)
    }

    /// Projections of one input, each with its adapter's update at the end of its chain.
    private func project(
        _ index: Int, _ rows: Int, _ input: Rows, _ buffers: LayerBuffers,
        _ outputs: [(target: LoRAConfiguration.Target, rows: Rows)]
    ) {
        let layer = model.layers[index]
        let matrices = outputs.map { adapter?.matrices[index][$0.target.index] }
        for (output, matrix) in zip(outputs, matrices) {
            guard let matrix, let adapter else { continue }
            let seen = adapterInput.rows(input, count: rows, layer: index, target: output.target)
            context.run([reduction(seen, rows, matrix, adapter, into: buffers.reduced[output.target.index])])
        }
        context.run(
            zip(outputs, matrices).map { output, matrix in
                let projection = layer[output.target]
                var job = projection.matrix.product(input, count: rows, into: output.rows)
                job.bias = projection.bias.map { UnsafePointer($0.pointer) }
                if let matrix, let adapter {
                    let reduced = buffers.reduced[output.target.index]
                    job.k2 = Int64(adapter.frozen.rank)
                    job.a2 = UnsafePointer(reduced.pointer)
                    job.a2_row = Int64(reduced.stride)
                    job.b2 = UnsafePointer(matrix.transposed.pointer)
                    job.b2_panel = 64
                    job.b2_k = Int64(Rows.stride(projection.matrix.rows))
                }
                return job
            })
    }

    /// x · Aᵀ.
    private func reduction(
        _ input: Rows, _ rows: Int, _ matrix: PreparedAdapter.Matrix, _ adapter: PreparedAdapter, into output: Rows
    ) -> repro_gemm {
        var job = repro_gemm()
        job.m = Int64(rows)
        job.n = Int64(adapter.frozen.paddedRank)
        job.k = Int64(matrix.frozen.module.inputSize)
        job.a = UnsafePointer(input.pointer)
        job.a_row = Int64(input.stride)
        job.a_k = 1
        job.b = UnsafePointer(matrix.frozen.panel.pointer)
        job.b_panel = 64
        job.b_k = Int64(adapter.frozen.paddedRank)
        job.a2 = job.a
        job.b2 = job.b
        job.c = output.pointer
        job.c_row = Int64(output.stride)
        return job
    }

    private func normalise(_ input: Rows, _ weight: FloatBuffer, into output: Rows, _ rows: Int) {
        repro_rmsnorm(
            context.kernels, Int64(rows), Int64(weight.count), input.pointer, Int64(input.stride), nil, 0,
            weight.pointer, model.configuration.rmsNormEpsilon, output.pointer, Int64(output.stride))
    }

    private func rotate(_ rows: Rows, heads: Int, _ batch: TokenBatch) {
        repro_rope(
            context.kernels, Int64(batch.rowCount), Int64(heads), Int64(model.configuration.headDimension),
            rows.pointer, Int64(rows.stride), batch.positions, rotary.cosines.pointer, rotary.sines.pointer, false)
    }

    private func add(_ left: Rows, _ right: Rows, into output: Rows, _ rows: Int, _ width: Int) {
        repro_add(
            context.kernels, Int64(rows), Int64(width), left.pointer, Int64(left.stride), right.pointer,
            Int64(right.stride), output.pointer, Int64(output.stride))
    }

    private func attend(_ batch: TokenBatch, _ buffers: LayerBuffers) {
        batch.sequences.withUnsafeBufferPointer { sequences in
            var attention = model.attention(sequences, buffers)
            attention.out = buffers.attended.pointer
            attention.out_row = Int64(buffers.attended.stride)
            repro_attention_forward(context.kernels, &attention)
        }
    }
}

extension TransformerModel {
    /// The inputs of an attention kernel.
    package func attention(
        _ sequences: UnsafeBufferPointer<repro_sequence>, _ buffers: LayerBuffers
    ) -> repro_attention {
        var attention = repro_attention()
        attention.sequences = sequences.baseAddress
        attention.sequence_count = Int64(sequences.count)
        attention.heads = Int64(configuration.headCount)
        attention.kv_heads = Int64(configuration.keyValueHeadCount)
        attention.d = Int64(configuration.headDimension)
        attention.scale = 1 / Float(configuration.headDimension).squareRoot()
        attention.q = UnsafePointer(buffers.query.pointer)
        attention.q_row = Int64(buffers.query.stride)
        attention.k = UnsafePointer(buffers.keys.pointer)
        attention.k_row = Int64(buffers.keys.stride)
        attention.v = UnsafePointer(buffers.values.pointer)
        attention.v_row = Int64(buffers.values.stride)
        attention.scratch = buffers.scratch
        attention.scratch_count = Int64(buffers.scratchCount)
        return attention
    }

    /// Checks what a batch may hold: tokens of the vocabulary, sequences within the model's context.
    package func validate(_ batch: TokenBatch) throws(TransformerError) {
        let (vocabulary, limit) = (configuration.vocabularySize, configuration.contextLength)
        guard part == .whole else { throw .notLoaded("a part") }
        for sequence in batch.sequences where sequence.q_count < 1 || sequence.k_count > limit {
            throw .sequenceLength(Int(sequence.k_count), limit: limit)
        }
        for token in batch.tokens where token < 0 || token >= vocabulary {
            throw .tokenOutOfRange(token, vocabulary: vocabulary)
        }
    }

    /// Writes the embeddings of the batch's tokens to `output`.
    package func embed(_ batch: TokenBatch, into output: Rows, context: ComputeContext) {
        for (row, token) in batch.tokens.enumerated() {
            embedding.copyRow(Int(token), to: output.from(row).pointer, context: context)
        }
    }
}
