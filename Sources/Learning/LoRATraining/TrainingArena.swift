import CReproKernels
import LoRA
import ModelFiles
import Transformer

/// The memory of one training pass over up to `rows` rows: what the backward pass reads of every layer, and
/// scratch.
final class TrainingArena {
    let rows: Int
    let rotary: RotaryTable
    /// One set a layer; scratch is shared.
    let layers: [LayerBuffers]
    /// Gradients of the residual stream, of a normalised input, of attention's inputs and output, of the activation
    /// and of x · Aᵀ.
    let stream, normed, query, key, value, attended, activated, reduced: Rows
    /// The adapter's input after dropout.
    let dropped: Rows
    /// A transposed weight matrix, or a part of it.
    let transposed: UnsafeMutablePointer<Float>
    /// Vocabulary rows of the output projection that are transposed at a time.
    static let headChunk = 4096
    private let memory: FloatBuffer
    /// Kept bits of every adapter's input: `masks[layer][target]`, 16 columns a word.
    private let masks: UnsafeMutablePointer<UInt16>
    private let maskOffsets: [[Int]]

    init(model: TransformerModel, rank: Int, rows: Int, longest: Int, workers: Int) {
        let configuration = model.configuration
        self.rows = rows
        rotary = RotaryTable(configuration, positions: longest)
        let hidden = Rows.stride(configuration.hiddenSize)
        let queries = Rows.stride(configuration.headCount * configuration.headDimension)
        let keys = Rows.stride(configuration.keyValueHeadCount * configuration.headDimension)
        let inner = Rows.stride(configuration.intermediateSize)
        let widest = max(hidden, queries, inner)
        let scratch = Int(repro_attention_scratch(Int64(longest), Int64(configuration.headDimension), true))
        let kept = hidden + queries + 2 * keys + 2 * inner + 7 * rank
        let shared = 5 * hidden + 3 * queries + 2 * keys + 2 * inner + rank + widest
        let count = configuration.layerCount
        let panels = { (size: Int) in (size + 63) / 64 * 64 }
        let largest = model.layers.flatMap { $0.projections.map { panels($0.matrix.columns) * $0.matrix.rows } }.max() ?? 0
        let transposedCount = max(largest, panels(configuration.hiddenSize) * Self.headChunk)
        let memory = FloatBuffer(
            count: rows * ((count * (kept + hidden)) + hidden + shared) + workers * scratch + transposedCount)
        self.memory = memory
        var next = memory.pointer
        func take(_ stride: Int) -> Rows {
            defer { next += rows * stride }
            return Rows(next, stride: stride)
        }
        let normedInput = take(hidden), projected = take(hidden)
        let attendedOutput = take(queries), activation = take(inner)
        stream = take(hidden)
        normed = take(hidden)
        query = take(queries)
        key = take(keys)
        value = take(keys)
        attended = take(queries)
        activated = take(inner)
        reduced = take(rank)
        dropped = take(widest)
        let firstInput = take(hidden)
        var input = firstInput
        var layers: [LayerBuffers] = []
        let workerScratch = next
        next += workers * scratch
        transposed = next
        next += transposedCount
        for _ in 0..<count {
            let (key, value, output) = (take(keys), take(keys), take(hidden))
            layers.append(
                LayerBuffers(
                    input: input, mid: take(hidden), output: output, query: take(queries), gate: take(inner),
                    up: take(inner), key: key, value: value, keys: key, values: value,
                    reduced: (0..<7).map { _ in take(rank) }, normed: normedInput, attended: attendedOutput,
                    activated: activation, projected: projected, scratch: workerScratch, scratchCount: scratch))
            input = output
        }
        self.layers = layers
        var offset = 0
        maskOffsets = model.layers.map { layer in
            layer.projections.map { projection in
                defer { offset += rows * Self.maskWords(projection.matrix.columns) }
                return offset
            }
        }
        masks = .allocate(capacity: offset)
        masks.initialize(repeating: 0, count: offset)
    }

    deinit { masks.deallocate() }

    func mask(layer: Int, target: LoRAConfiguration.Target) -> UnsafeMutablePointer<UInt16> {
        masks + maskOffsets[layer][target.index]
    }

    private static func maskWords(_ columns: Int) -> Int { (columns + 15) / 16 }
}
