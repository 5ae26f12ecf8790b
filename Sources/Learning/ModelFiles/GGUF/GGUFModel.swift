public import Primitives

/// The weights of a Llama or Qwen2 model in a GGUF file.
///
/// A `llama` file stores the rows of the query and key projections with the two halves of each head interleaved,
/// as its rotary encoding wants them; they are put back into transformers' order here.
public struct GGUFModel: ModelWeights {
    public let file: GGUFFile
    public let configuration: ModelConfiguration
    /// Hugging Face names to tensors.
    private let tensors: [String: GGUFTensor]
    public let unusedTensors: [String]

    public init(_ file: GGUFFile) throws(ModelFileError) {
        self.file = file
        configuration = try GGUFConfigurationReader(file: file).configuration()
        var tensors: [String: GGUFTensor] = [:]
        for (name, ggufName, shape) in TensorNames.all(configuration) {
            guard let tensor = file.tensors[ggufName] else { throw .missingTensor(ggufName) }
            guard tensor.shape == shape else {
                throw .wrongShape(tensor: ggufName, expected: shape, actual: tensor.shape)
            }
            tensors[name] = tensor
        }
        self.tensors = tensors
        unusedTensors = try file.unusedTensors(
            known: TensorNames.all(configuration).map(\.ggufName), layerCount: configuration.layerCount)
    }

    public init(path: String) throws(ModelFileError) {
        try self.init(GGUFFile(path: path))
    }

    /// The model's identity on the chain: SHA-256 of the file's bytes.
    public func baseModelRoot() -> Hash32 { file.bytes.sha256() }

    public func shape(of name: String) -> [Int]? { tensors[name]?.shape }

    public func tensor(_ name: String) throws(ModelFileError) -> [Float] {
        guard let tensor = tensors[name] else { throw .missingTensor(name) }
        let values = file.values(of: tensor)
        guard let heads = interleavedHeads(name) else { return values }
        return separatingHalves(values, heads: heads)
    }

    public func encoded(_ name: String) -> EncodedTensor? {
        guard let tensor = tensors[name] else { return nil }
        return EncodedTensor(
            type: tensor.type, shape: tensor.shape, file: file.bytes, range: tensor.range,
            interleavedHalf: interleavedHeads(name) == nil ? 0 : configuration.headDimension / 2)
    }

    /// The heads whose halves the file interleaves in this tensor, or `nil`.
    private func interleavedHeads(_ name: String) -> Int? {
        guard configuration.architecture == .llama else { return nil }
        if name.hasSuffix("q_proj.weight") || name.hasSuffix("q_proj.bias") { return configuration.headCount }
        if name.hasSuffix("k_proj.weight") || name.hasSuffix("k_proj.bias") { return configuration.keyValueHeadCount }
        return nil
    }

    /// Within each head, moves rows 0, 2, 4, … to the first half and rows 1, 3, 5, … to the second.
    private func separatingHalves(_ values: [Float], heads: Int) -> [Float] {
        let dimension = configuration.headDimension
        let width = values.count / (heads * dimension)
        return [Float](unsafeUninitializedCapacity: values.count) { output, initialized in
            values.withUnsafeBufferPointer { input in
                guard let source = input.baseAddress, let target = output.baseAddress else { return }
                for head in 0..<heads {
                    for row in 0..<dimension {
                        let destination = row % 2 * (dimension / 2) + row / 2
                        (target + (head * dimension + destination) * width)
                            .initialize(from: source + (head * dimension + row) * width, count: width)
                    }
                }
            }
            initialized = values.count
        }
    }
}

extension GGUFFile {
    /// The tensors beside those of the configuration: llama.cpp refuses a file with tensors that it does not know, and so is
    /// this one refused, except for tables that are computed anew and layers beyond the last.
    func unusedTensors(known: some Sequence<String>, layerCount: Int) throws(ModelFileError) -> [String] {
        var known = Set(known)
        known.insert("rope_freqs.weight")
        let rest = tensors.keys.filter { !known.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in rest {
            let parts = name.split(separator: ".")
            if parts.count > 2, parts[0] == "blk", let layer = Int(parts[1]), layer >= layerCount { continue }
            guard name.hasSuffix("attn_rot_embd") || name.hasSuffix("rotary_emb.inv_freq") else { throw .unusedTensor(name) }
        }
        return rest
    }
}
