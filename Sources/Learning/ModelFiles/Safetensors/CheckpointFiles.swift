import JSON
import Primitives

/// The tensors of a checkpoint in one or several safetensors files, whatever the architecture.
struct CheckpointFiles: Sendable {
    /// The files by name, as an index lists them (`model.safetensors` when there is only one).
    let shards: [String: SafetensorsFile]
    private var places: [String: (file: SafetensorsFile, tensor: SafetensorsTensor)] = [:]

    /// No tensor may be in two of the files.
    init(_ shards: [String: SafetensorsFile]) throws(ModelFileError) {
        self.shards = shards
        for file in shards.values {
            for tensor in file.tensors where places.updateValue((file, tensor), forKey: tensor.name) != nil {
                throw .malformed(format: "safetensors", reason: "the tensor \(tensor.name) is in two shards")
            }
        }
    }

    /// Opens a folder in the layout of the Hugging Face hub: `model.safetensors`, or `model.safetensors.index.json` with the
    /// shards that it names.
    init(folder: String) throws(ModelFileError) {
        let single = "model.safetensors"
        do {
            let file = try SafetensorsFile(path: "\(folder)/\(single)")
            try self.init([single: file])
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
            try self.init(shards)
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

    var names: some Sequence<String> { places.keys }

    /// Whether the head is the embedding in fact, where the settings say so, as transformers and llama.cpp read it: a head
    /// of its own that differs is used; one of the two alone stands for both.
    mutating func resolveTie(_ isTied: Bool) throws(ModelFileError) -> Bool {
        guard isTied, let head = places[TensorNames.output] else { return isTied }
        guard let embedding = places[TensorNames.embedding] else {
            places[TensorNames.embedding] = head
            places[TensorNames.output] = nil
            return true
        }
        guard head.tensor.shape == embedding.tensor.shape else {
            throw .wrongShape(tensor: TensorNames.output, expected: embedding.tensor.shape, actual: head.tensor.shape)
        }
        guard head.tensor.type == embedding.tensor.type else {
            return try head.file.values(of: head.tensor) == embedding.file.values(of: embedding.tensor)
        }
        return head.file.withBytes(of: head.tensor) { one in
            embedding.file.withBytes(of: embedding.tensor) { one.elementsEqual($0) }
        }
    }

    func shape(of name: String) -> [Int]? { places[name]?.tensor.shape }

    /// Throws unless every one of `shapes` is there.
    func require(_ shapes: [(name: String, shape: [Int])]) throws(ModelFileError) {
        for (name, shape) in shapes {
            guard let place = places[name] else { throw .missingTensor(name) }
            guard place.tensor.shape == shape else {
                throw .wrongShape(tensor: name, expected: shape, actual: place.tensor.shape)
            }
        }
    }

    func values(of name: String) throws(ModelFileError) -> [Float] {
        guard let place = places[name] else { throw .missingTensor(name) }
        return try place.file.values(of: place.tensor)
    }

    func encoded(_ name: String) -> EncodedTensor? {
        guard let place = places[name], let type = place.tensor.type.encoding else { return nil }
        return EncodedTensor(type: type, shape: place.tensor.shape, file: place.file.bytes, range: place.tensor.range)
    }

    /// The model's identity on the chain.
    ///
    /// For one file its SHA-256. For several, SHA-256 over one line `name size sha256` (decimal size, lower-case
    /// hexadecimal digest without prefix, single spaces, each line ended by a line feed) for every file, in the
    /// order of the bytes of the names. Configuration and tokenizer are not part of it.
    func root() -> Hash32 {
        if shards.count == 1, let file = shards.first?.value { return file.bytes.sha256() }
        let names = shards.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let list = names.compactMap { name in
            shards[name].map { "\(name) \($0.bytes.count) \($0.bytes.sha256().bytes.bareHex)\n" }
        }
        return SHA256.hash(Array(list.joined().utf8))
    }
}
