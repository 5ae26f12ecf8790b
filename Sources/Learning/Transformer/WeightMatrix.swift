package import CReproKernels
package import ModelFiles

/// A weight matrix `[rows, columns]` as the matrix kernels read it: FP32 in panels of 64 rows, or in its file's
/// encoding.
///
/// Made once at load and shared read-only by every gate and trainer of the process.
package final class WeightMatrix: @unchecked Sendable {
    // Unchecked because of the raw memory: the panels are written in init alone, and the file is immutable.
    package let rows: Int
    package let columns: Int
    private let storage: Storage

    private enum Storage {
        case packed(FloatBuffer)
        /// The weights, and what keeps their bytes alive.
        case encoded(repro_weights, FileBytes)
    }

    /// Packs the row-major `values`, `rows · columns` of them.
    package init(_ values: [Float], rows: Int, columns: Int, context: ComputeContext) {
        precondition(values.count == rows * columns)
        self.rows = rows
        self.columns = columns
        let panels = FloatBuffer(count: Int(repro_packed_count(Int64(rows), Int64(columns))))
        values.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            repro_pack(context.kernels, base, Int64(rows), Int64(columns), panels.pointer)
        }
        storage = .packed(panels)
    }

    /// A matrix of its file's values, packed or left as they are.
    package init(_ tensor: EncodedTensor, packs: Bool, context: ComputeContext) {
        precondition(tensor.shape.count == 2)
        (rows, columns) = (tensor.shape[0], tensor.shape[1])
        var weights = tensor.weights
        if packs {
            let panels = FloatBuffer(count: Int(repro_packed_count(Int64(rows), Int64(columns))))
            repro_pack_weights(context.kernels, &weights, panels.pointer)
            storage = .packed(panels)
            withExtendedLifetime(tensor.file) {}
        } else {
            storage = .encoded(weights, tensor.file)
        }
    }

    /// Bytes that the weights take.
    package var byteCount: Int {
        switch storage {
        case .packed(let panels): panels.count * MemoryLayout<Float>.stride
        case .encoded(let weights, _): rows * Int(repro_row_bytes(weights.encoding, Int64(columns)))
        }
    }

    /// Whether no value is NaN or infinite.
    package func isFinite(_ context: ComputeContext) -> Bool {
        switch storage {
        case .packed(let panels): return repro_finite(context.kernels, panels.pointer, Int64(panels.count))
        case .encoded(var weights, _): return repro_weights_finite(context.kernels, &weights)
        }
    }

    /// Copies row `row`, `columns` values, to `output`.
    package func copyRow(_ row: Int, to output: UnsafeMutablePointer<Float>, context: ComputeContext) {
        switch storage {
        case .packed(let panels): repro_unpack_row(panels.pointer, Int64(columns), Int64(row), output)
        case .encoded(var weights, _): repro_weights_row(context.kernels, &weights, Int64(row), output)
        }
    }

    /// The product `output = input · selfᵀ` over `count` rows of `input`.
    package func product(_ input: Rows, count: Int, into output: Rows) -> repro_gemm {
        var job = repro_gemm()
        job.m = Int64(count)
        job.n = Int64(rows)
        job.k = Int64(columns)
        job.a = UnsafePointer(input.pointer)
        job.a_row = Int64(input.stride)
        job.a_k = 1
        job.b_k = 64
        // Never read while k2 is 0, but offsets are taken from them.
        job.a2 = job.a
        job.b2 = job.a
        job.c = output.pointer
        job.c_row = Int64(output.stride)
        switch storage {
        case .packed(let panels):
            job.b = UnsafePointer(panels.pointer)
            job.b_panel = Int64(64 * columns)
        case .encoded(let weights, _):
            job.weights = weights
        }
        return job
    }

    /// Writes rows `part` (from a multiple of 64 on) to `output` as the B operand of y · self: `64 · part.count` floats
    /// for every 64 columns.
    package func transpose(_ part: Range<Int>, into output: UnsafeMutablePointer<Float>, context: ComputeContext) {
        let (first, count) = (Int64(part.lowerBound), Int64(part.count))
        switch storage {
        case .packed(let panels):
            repro_pack_transposed(context.kernels, panels.pointer, Int64(rows), Int64(columns), first, count, output)
        case .encoded(var weights, _):
            repro_transpose_weights(context.kernels, &weights, first, count, output)
        }
    }

    /// Makes `loss` read this matrix as the output projection.
    package func becomeHead(of loss: inout repro_loss) {
        switch storage {
        case .packed(let panels): loss.head = UnsafePointer(panels.pointer)
        case .encoded(let weights, _): loss.head_weights = weights
        }
    }

    /// Whether the kernels convert the weights themselves.
    package var isEncoded: Bool {
        if case .encoded = storage { true } else { false }
    }
}

extension EncodedTensor {
    /// The tensor as kernels see it; valid as long as `file` lives.
    var weights: repro_weights {
        var weights = repro_weights()
        weights.data = file.start.map { $0 + range.lowerBound }
        weights.encoding = type.encoding
        weights.rows = Int64(shape.first ?? 1)
        weights.columns = Int64(shape.last ?? 1)
        weights.half = Int64(interleavedHalf)
        return weights
    }
}

extension GGMLType {
    var encoding: repro_encoding {
        switch self {
        case .f32: REPRO_F32
        case .f16: REPRO_F16
        case .bf16: REPRO_BF16
        case .q4_0: REPRO_Q4_0
        case .q4_1: REPRO_Q4_1
        case .q5_0: REPRO_Q5_0
        case .q5_1: REPRO_Q5_1
        case .q8_0: REPRO_Q8_0
        case .q4_K: REPRO_Q4_K
        case .q5_K: REPRO_Q5_K
        case .q6_K: REPRO_Q6_K
        }
    }
}

extension ComputeContext {
    /// Runs independent products.
    package func run(_ jobs: [repro_gemm]) {
        jobs.withUnsafeBufferPointer { repro_gemm_run(kernels, $0.baseAddress, Int64($0.count)) }
    }
}
