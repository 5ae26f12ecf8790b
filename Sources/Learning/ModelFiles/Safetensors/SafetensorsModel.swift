import JSON
public import Primitives

/// The weights of a Llama or Qwen2 checkpoint in one or several safetensors files, with its `config.json`.
public struct SafetensorsModel: ModelWeights {
    public let configuration: ModelConfiguration
    /// The files by name, as an index lists them (`model.safetensors` when there is only one).
    public let shards: [String: SafetensorsFile]
    /// Tensors that lie in the files without a part in the model, by name.
    public let unusedTensors: [String]
    private let tensors: [String: (shard: String, tensor: SafetensorsTensor)]

    /// A model of the given shards; every tensor the configuration calls for must be there once, in its shape.
    public init(
        configuration: ModelConfiguration, shards: [String: SafetensorsFile]
    ) throws(ModelFileError) {
        var places: [String: (shard: String, tensor: SafetensorsTensor)] = [:]
        for (shard, file) in shards {
            for tensor in file.tensors where places.updateValue((shard, tensor), forKey: tensor.name) != nil {
                throw .malformed(format: "safetensors", reason: "the tensor \(tensor.name) is in two shards")
            }
        }
        let configuration = try Self.resolvingTies(configuration, &places, shards)
        unusedTensors = try CheckpointTensors(configuration).unused(places.keys)
        var tensors: [String: (shard: String, tensor: SafetensorsTensor)] = [:]
        for (name, shape) in configuration.tensorShapes {
            guard let place = places[name] else { throw .missingTensor(name) }
            guard place.tensor.shape == shape else {
                throw .wrongShape(tensor: name, expected: shape, actual: place.tensor.shape)
            }
            tensors[name] = place
        }
        self.configuration = configuration
        self.shards = shards
        self.tensors = tensors
    }

    /// What a checkpoint that says its head is the embedding holds in fact, as transformers and llama.cpp read it: a head of
    /// its own that differs is used; one of the two alone stands for both.
    private static func resolvingTies(
        _ configuration: ModelConfiguration, _ places: inout [String: (shard: String, tensor: SafetensorsTensor)],
        _ shards: [String: SafetensorsFile]
    ) throws(ModelFileError) -> ModelConfiguration {
        guard configuration.tieWordEmbeddings, let head = places[TensorNames.output] else { return configuration }
        guard let embedding = places[TensorNames.embedding] else {
            places[TensorNames.embedding] = head
            places[TensorNames.output] = nil
            return configuration
        }
        guard head.tensor.shape == embedding.tensor.shape, let first = shards[head.shard], let second = shards[embedding.shard] else {
            throw .wrongShape(tensor: TensorNames.output, expected: embedding.tensor.shape, actual: head.tensor.shape)
        }
        let isSame =
            head.tensor.type == embedding.tensor.type
            ? first.withBytes(of: head.tensor) { one in second.withBytes(of: embedding.tensor) { one.elementsEqual($0) } }
            : try first.values(of: head.tensor) == second.values(of: embedding.tensor)
        var result = configuration
        result.tieWordEmbeddings = isSame
        return result
    }

    /// Opens a folder in the layout of the Hugging Face hub: `config.json` and either `model.safetensors` or
    /// `model.safetensors.index.json` with the shards it names.
    public init(folder: String) throws(ModelFileError) {
        let configuration = try ModelConfiguration(huggingFace: FileBytes(mapping: "\(folder)/config.json"))
        let single = "model.safetensors"
        do {
            let file = try SafetensorsFile(path: "\(folder)/\(single)")
            try self.init(configuration: configuration, shards: [single: file])
            return
        } catch .unreadable(let path, let reason) {
            // Sharded, unless the index is missing too; then the missing single file is what to report.
            let names: Set<String>
            do {
                names = try Self.shardNames(index: FileBytes(mapping: "\(folder)/model.safetensors.index.json"))
            } catch .unreadable {
                for old in ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "consolidated.00.pth"]
                where (try? FileBytes(mapping: "\(folder)/\(old)")) != nil {
                    throw .otherFormat(path: "\(folder)/\(old)")
                }
                throw .unreadable(path: path, reason: reason)
            }
            var shards: [String: SafetensorsFile] = [:]
            for name in names { shards[name] = try SafetensorsFile(path: "\(folder)/\(name)") }
            try self.init(configuration: configuration, shards: shards)
        }
    }

    /// The file names in an index's `weight_map`.
    static func shardNames(index: FileBytes) throws(ModelFileError) -> Set<String> {
        let format = "safetensors index"
        let json = try index.json(format: format)
        guard let map = json["weight_map"]?.object, !map.isEmpty else {
            throw .malformed(format: format, reason: "it has no weight_map")
        }
        var names: Set<String> = []
        for member in map {
            guard let name = member.value.string, name.hasSuffix(".safetensors"), !name.contains("/"), !name.hasPrefix(".")
            else { throw .malformed(format: format, reason: "tensor \(member.name) is in no safetensors file of this folder") }
            names.insert(name)
        }
        return names
    }

    /// The model's identity on the chain.
    ///
    /// For one file its SHA-256. For several, SHA-256 over one line `name size sha256` (decimal size, lower-case
    /// hexadecimal digest without prefix, single spaces, each line ended by a line feed) for every file, in the
    /// order of the bytes of the names. Configuration and tokenizer are not part of it.
    public func baseModelRoot() -> Hash32 {
        if shards.count == 1, let file = shards.first?.value { return file.bytes.sha256() }
        let names = shards.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let list = names.compactMap { name in
            shards[name].map { "\(name) \($0.bytes.count) \($0.bytes.sha256().bytes.bareHex)\n" }
        }
        return SHA256.hash(Array(list.joined().utf8))
    }

    public func shape(of name: String) -> [Int]? { tensors[name]?.tensor.shape }

    public func tensor(_ name: String) throws(ModelFileError) -> [Float] {
        guard let place = tensors[name], let file = shards[place.shard] else { throw .missingTensor(name) }
        return try file.values(of: place.tensor)
    }

    public func encoded(_ name: String) -> EncodedTensor? {
        guard let place = tensors[name], let file = shards[place.shard], let type = place.tensor.type.encoding else { return nil }
        return EncodedTensor(type: type, shape: place.tensor.shape, file: file.bytes, range: place.tensor.range)
    }
}
