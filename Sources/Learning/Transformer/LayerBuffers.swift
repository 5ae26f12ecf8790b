package import LoRA

/// Where one decoder layer reads and writes, row by row.
///
/// Evaluation uses one set for all layers; training keeps a set's first half for each layer, because the backward
/// pass reads it.
package struct LayerBuffers {
    /// The layer's input; `mid` after attention was added; `output`. They may be the same memory.
    package var input, mid, output: Rows
    package var query, gate, up: Rows
    /// Where the batch's own keys and values are written.
    package var key, value: Rows
    /// What attention reads: `key` and `value` themselves, or a cache that holds earlier positions too.
    package var keys, values: Rows
    /// x · Aᵀ of each projection, `[rows, paddedRank]`.
    package var reduced: [Rows]
    /// Scratch: the normalised input, attention's output and the activation of the feed-forward layer.
    package var normed, attended, activated: Rows
    /// Scratch: a projection's output before it joins the residual stream.
    package var projected: Rows
    /// Scratch for attention: `scratchCount` floats for each worker.
    package var scratch: UnsafeMutablePointer<Float>
    package var scratchCount: Int

    package init(
        input: Rows, mid: Rows, output: Rows, query: Rows, gate: Rows, up: Rows, key: Rows, value: Rows, keys: Rows,
        values: Rows, reduced: [Rows], normed: Rows, attended: Rows, activated: Rows, projected: Rows,
        scratch: UnsafeMutablePointer<Float>, scratchCount: Int
    ) {
        self.input = input
        self.mid = mid
        self.output = output
        self.query = query
        self.gate = gate
        self.up = up
        self.key = key
        self.value = value
        self.keys = keys
        self.values = values
        self.reduced = reduced
        self.normed = normed
        self.attended = attended
        self.activated = activated
        self.projected = projected
        self.scratch = scratch
        self.scratchCount = scratchCount
    }
}

/// The input that an adapter sees, when it is not the projection's own: training drops elements of it.
package protocol AdapterInput {
    /// The rows that the adapter of `target` in `layer` reads in place of `input`.
    func rows(_ input: Rows, count: Int, layer: Int, target: LoRAConfiguration.Target) -> Rows
}

/// Evaluation: nothing is dropped.
package struct WholeInput: AdapterInput {
    package init() {}
    package func rows(_ input: Rows, count: Int, layer: Int, target: LoRAConfiguration.Target) -> Rows { input }
}
