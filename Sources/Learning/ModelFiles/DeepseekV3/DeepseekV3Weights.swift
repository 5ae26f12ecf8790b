/// A DeepSeek-V3 model's parameters by the names of Hugging Face checkpoints, whatever file they come from.
///
/// In layer N, after `model.layers.N.`: `input_layernorm.weight`, `post_attention_layernorm.weight`; under `self_attn.`
/// `q_a_proj.weight` `[queryRank, hidden]`, `q_a_layernorm.weight`, `q_b_proj.weight` `[heads · queryDimension, queryRank]`
/// (or `q_proj.weight`), `kv_a_proj_with_mqa.weight` `[keyValueRank + rotaryDimension, hidden]`, `kv_a_layernorm.weight`,
/// `kv_b_proj.weight` `[heads · (plainDimension + valueDimension), keyValueRank]`, `o_proj.weight`; under `mlp.`
/// `gate_proj`, `up_proj` and `down_proj` of a dense layer, otherwise `gate.weight` `[experts, hidden]`,
/// `gate.e_score_correction_bias`, `experts.E.` and `shared_experts.` with the three projections.
public protocol DeepseekV3Weights: Sendable {
    var configuration: DeepseekV3Configuration { get }
    /// The dimensions of the tensor, outermost first, or `nil` when the model has none of this name.
    func shape(of name: String) -> [Int]?
    /// The tensor's values in row-major order, converted exactly to FP32.
    func tensor(_ name: String) throws(ModelFileError) -> [Float]
}

/// The weights of a DeepSeek-V3 checkpoint in one or several safetensors files.
public struct DeepseekV3Checkpoint: DeepseekV3Weights {
    public let configuration: DeepseekV3Configuration
    private let places: [String: (file: SafetensorsFile, tensor: SafetensorsTensor)]

    /// A model of the given files; no tensor may be in two of them.
    public init(configuration: DeepseekV3Configuration, files: [SafetensorsFile]) throws(ModelFileError) {
        var places: [String: (file: SafetensorsFile, tensor: SafetensorsTensor)] = [:]
        for file in files {
            for tensor in file.tensors where places.updateValue((file, tensor), forKey: tensor.name) != nil {
                throw .malformed(format: "safetensors", reason: "the tensor \(tensor.name) is in two shards")
            }
        }
        self.configuration = configuration
        self.places = places
    }

    /// Opens a folder in the layout of the Hugging Face hub.
    public init(folder: String) throws {
        let configuration = try DeepseekV3Configuration(huggingFace: FileBytes(mapping: "\(folder)/config.json"))
        var files: [SafetensorsFile] = []
        do {
            files = [try SafetensorsFile(path: "\(folder)/model.safetensors")]
        } catch .unreadable {
            let names = try SafetensorsModel.shardNames(index: FileBytes(mapping: "\(folder)/model.safetensors.index.json"))
            for name in names.sorted() { files.append(try SafetensorsFile(path: "\(folder)/\(name)")) }
        }
        try self.init(configuration: configuration, files: files)
    }

    public func shape(of name: String) -> [Int]? { places[name]?.tensor.shape }

    public func tensor(_ name: String) throws(ModelFileError) -> [Float] {
        guard let place = places[name] else { throw .missingTensor(name) }
        return try place.file.values(of: place.tensor)
    }
}
