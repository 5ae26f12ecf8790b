/// The tensors of a Llama or Qwen2 file beside those that the configuration calls for: counted and told where they change
/// nothing, refused by name where they would.
struct CheckpointTensors {
    private let known: Set<String>
    private let layerCount: Int

    init(known: some Sequence<String>, layerCount: Int) {
        self.known = Set(known)
        self.layerCount = layerCount
    }

    /// The names among `names` that play no part, in the order of their bytes.
    ///
    /// As transformers does, tensors that no module of the model has are passed over; not so biases, scales and what a
    /// quantisation or an adapter left, without which the rest means something else.
    func unused(_ names: some Sequence<String>) throws(ModelFileError) -> [String] {
        let rest = names.filter { !known.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in rest where !isBeyondLastLayer(name) && Self.changesOthers(name) { throw .unusedTensor(name) }
        return rest
    }

    private func isBeyondLastLayer(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        guard parts.count > 3, parts[0] == "model", parts[1] == "layers", let layer = Int(parts[2]) else { return false }
        return layer >= layerCount
    }

    /// Ends of names of what belongs to another tensor's values.
    private static let companions = [
        ".bias", ".scale", ".scales", ".qweight", ".qzeros", ".g_idx", ".weight_scale", ".weight_scale_inv", ".input_scale",
        ".output_scale", ".weight_zero_point", ".weight_packed", ".weight_shape", ".weight_g_idx", ".SCB", ".absmax", ".quant_map",
        ".nested_absmax", ".nested_quant_map", ".q_norm.weight", ".k_norm.weight", ".k_scale", ".v_scale",
    ]

    private static func changesOthers(_ name: String) -> Bool {
        companions.contains { name.hasSuffix($0) } || name.contains(".quant_state.") || name.contains("lora_")
    }
}
