import CReproKernels
import LoRA
import ModelFiles
import Transformer

/// The memory of one training pass over up to `rows` rows: what the backward pass reads of every layer, or of one
/// layer at a time when layers are run again, and scratch.
final class TrainingArena {
    let rows: Int
    /// Whether the layers share all but their inputs, so that each must run again before its backward pass.
    let recomputes: Bool
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
    /// Vocabulary rows of the output projection that are one chain of its input's gradient: part of the arithmetic.
    static let headChunk = 1024
    private let memory: FloatBuffer
    /// Kept bits of every adapter's input: `masks[layer][target]`, 16 columns a word.
    private let masks: UnsafeMutablePointer<UInt16>
    private let maskOffsets: [[Int]]

    /// Row strides, in floats.
    struct Widths {
        let hidden, queries, keys, inner: Int
        /// What a layer's backward pass reads, besides the layer's input.
        let kept: Int

        init(_ configuration: ModelConfiguration, rank: Int) {
            hidden = Rows.stride(configuration.hiddenSize)
            queries = Rows.stride(configuration.headCount * configuration.headDimension)
            keys = Rows.stride(configuration.keyValueHeadCount * configuration.headDimension)
            inner = Rows.stride(configuration.intermediateSize)
            kept = hidden + queries + 2 * keys + 2 * inner + 7 * rank
        }
    }

    /// - Parameter blocks: the layers that are run, all where it is `nil`; the others' buffers must not be used.
    init(
        model: TransformerModel, rank: Int, rows: Int, longest: Int, workers: Int, recomputes: Bool, blocks: Range<Int>? = nil
    ) {
        let configuration = model.configuration
        self.rows = rows
        self.recomputes = recomputes
        rotary = RotaryTable(configuration, positions: longest)
        let widths = Widths(configuration, rank: rank)
        let (hidden, queries, keys, inner) = (widths.hidden, widths.queries, widths.keys, widths.inner)
        let widest = max(hidden, queries, inner)
        let scratch = Int(repro_attention_scratch(Int64(longest), Int64(configuration.headDimension), true))
        let shared = 5 * hidden + 3 * queries + 2 * keys + 2 * inner + rank + widest
        let blocks = blocks ?? 0..<configuration.layerCount
        let count = blocks.count
        let panels = { (size: Int) in (size + 63) / 64 * 64 }
        let largest = model.layers.flatMap { $0.projections.map { panels($0.matrix.columns) * $0.matrix.rows } }.max() ?? 0
        let transposedCount = max(largest, panels(configuration.hiddenSize) * Self.headChunk)
        let memory = FloatBuffer(
            count: rows * ((recomputes ? 1 : count) * widths.kept + count * hidden + hidden + shared) + workers * scratch + transposedCount)
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
        for _ in blocks {
            let output = take(hidden)
            if recomputes, var again = layers.first {
                again.input = input
                again.output = output
                layers.append(again)
            } else {
                let (key, value) = (take(keys), take(keys))
                layers.append(
                    LayerBuffers(
                        input: input, mid: take(hidden), output: output, query: take(queries), gate: take(inner),
                        up: take(inner), key: key, value: value, keys: key, values: value,
                        reduced: (0..<7).map { _ in take(rank) }, normed: normedInput, attended: attendedOutput,
                        activated: activation, projected: projected, scratch: workerScratch, scratchCount: scratch))
            }
            input = output
        }
        // Layers are found by their number in the model.
        self.layers = (0..<configuration.layerCount).map { layers[blocks.contains($0) ? $0 - blocks.lowerBound : 0] }
        var offset = 0
        maskOffsets = model.layers.map { layer in
            // Layers that are run again draw their masks again, into the same memory.
            if recomputes { offset = 0 }
            return layer.projections.map { projection in
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
