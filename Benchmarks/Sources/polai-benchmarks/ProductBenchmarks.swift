import CReproKernels

/// Matrix products of the default model's shapes by the reproducible kernels, and by OpenBLAS turn by turn.
///
/// Both multiply 512 tokens by a weight matrix that is known beforehand: ours is packed once at load, as in a model;
/// OpenBLAS packs it in each call, since its interface has no other way.
func measureProducts(_ table: inout Table, _ options: BenchmarkOptions) throws {
    guard let pool = repro_pool_create(Int32(options.threads), 0) else {
        throw BenchmarkError("the system refuses to start \(options.threads) threads; use fewer with --threads")
    }
    defer { repro_pool_destroy(pool) }
    let isa = [REPRO_AVX512, REPRO_AVX2].first { repro_isa_available($0) } ?? REPRO_GENERIC
    let context = repro_context(isa: isa, pool: pool)
    let products = ProductShape.all.map(Product.init)
    let rival = try options.python.map { python in
        try RivalProcess(
            python: python, script: "rivals/openblas_rival.py",
            arguments: ["\(options.threads)"] + ProductShape.all.map { "\($0.tokens)x\($0.outputs)x\($0.inputs)x\($0.times)" })
    }
    defer { rival?.stop() }
    let work = ProductShape.all.reduce(0.0) { $0 + $1.operations }
    var ours: [Double] = [], theirs: [Double] = []
    for product in products { product.run(context) }
    for _ in 0..<options.samples {
        ours.append(work / seconds { for product in products { product.run(context) } } / 1e9)
        if let rival { theirs.append(work / (try rival.ask("run", BLASAnswer.self).seconds) / 1e9) }
    }
    table.add("matrix products of a forward pass", median(ours), "GFLOP/s", note: "512 tokens, \(options.threads) threads")
    if rival != nil {
        table.add("matrix products, OpenBLAS sgemm", median(theirs), "GFLOP/s", note: "\(options.threads) threads")
        table.add("  ours / OpenBLAS", median(ours) / median(theirs), "x")
    }
}

private struct BLASAnswer: Decodable {
    let seconds: Double
}

/// `tokens × inputs` by the transpose of `outputs × inputs`, as often as a forward pass of SmolLM2-135M does it.
private struct ProductShape {
    let tokens, outputs, inputs, times: Int

    static let all = [
        // Query and output; key and value; gate and up; down, in 30 layers. The output projection once.
        ProductShape(tokens: 512, outputs: 576, inputs: 576, times: 60),
        ProductShape(tokens: 512, outputs: 192, inputs: 576, times: 60),
        ProductShape(tokens: 512, outputs: 1536, inputs: 576, times: 60),
        ProductShape(tokens: 512, outputs: 576, inputs: 1536, times: 30),
        ProductShape(tokens: 512, outputs: 49_152, inputs: 576, times: 1),
    ]

    var operations: Double { 2 * Double(tokens) * Double(outputs) * Double(inputs) * Double(times) }
}

/// The operands of one shape.
private final class Product {
    private let shape: ProductShape
    private let input, weights, output: UnsafeMutablePointer<Float>

    init(_ shape: ProductShape) {
        self.shape = shape
        let packed = Int(repro_packed_count(Int64(shape.outputs), Int64(shape.inputs)))
        input = Self.filled(shape.tokens * shape.inputs)
        weights = Self.filled(packed)
        output = Self.filled(shape.tokens * shape.outputs)
    }

    deinit {
        input.deallocate()
        weights.deallocate()
        output.deallocate()
    }

    func run(_ context: repro_context) {
        var job = repro_gemm()
        (job.m, job.n, job.k) = (Int64(shape.tokens), Int64(shape.outputs), Int64(shape.inputs))
        (job.a, job.a_row, job.a_k) = (UnsafePointer(input), Int64(shape.inputs), 1)
        (job.b, job.b_panel, job.b_k) = (UnsafePointer(weights), Int64(64 * shape.inputs), 64)
        (job.a2, job.b2) = (job.a, job.b)
        (job.c, job.c_row) = (output, Int64(shape.outputs))
        for _ in 0..<shape.times { repro_gemm_run(context, &job, 1) }
    }

    /// `count` numbers between −1 and 1, on a cache line's boundary.
    private static func filled(_ count: Int) -> UnsafeMutablePointer<Float> {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64).bindMemory(to: Float.self, capacity: count)
        for index in 0..<count { (memory + index).initialize(to: Float((index &* 7919) % 2048) / 1024 - 1) }
        return memory
    }
}
