package import CReproKernels

/// A weight matrix `[rows, columns]` in panels of 64 rows, the layout in which the matrix kernels read it.
///
/// Packed once at load and shared read-only by every gate and trainer of the process.
package final class PackedMatrix: @unchecked Sendable {
    // Unchecked because of the raw memory: it is written in init alone.
    package let rows: Int
    package let columns: Int
    private let storage: FloatBuffer

    /// Packs the row-major `values`, `rows · columns` of them.
    package init(_ values: [Float], rows: Int, columns: Int, context: ComputeContext) {
        precondition(values.count == rows * columns)
        self.rows = rows
        self.columns = columns
        storage = FloatBuffer(count: Int(repro_packed_count(Int64(rows), Int64(columns))))
        values.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            repro_pack(context.kernels, base, Int64(rows), Int64(columns), storage.pointer)
        }
    }

    package var pointer: UnsafePointer<Float> { UnsafePointer(storage.pointer) }
    package var byteCount: Int { storage.count * MemoryLayout<Float>.stride }

    /// Copies row `row`, `columns` values, to `output`.
    package func copyRow(_ row: Int, to output: UnsafeMutablePointer<Float>) {
        repro_unpack_row(pointer, Int64(columns), Int64(row), output)
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
        job.b = pointer
        job.b_panel = Int64(64 * columns)
        job.b_k = 64
        // Never read while k2 is 0, but offsets are taken from them.
        job.a2 = job.a
        job.b2 = job.b
        job.c = output.pointer
        job.c_row = Int64(output.stride)
        return job
    }
}

extension ComputeContext {
    /// Runs independent products.
    package func run(_ jobs: [repro_gemm]) {
        jobs.withUnsafeBufferPointer { repro_gemm_run(kernels, $0.baseAddress, Int64($0.count)) }
    }
}
