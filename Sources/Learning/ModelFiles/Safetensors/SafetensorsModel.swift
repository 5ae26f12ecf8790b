public import Primitives

/// The weights of a Llama or Qwen2 checkpoint in one or several safetensors files, with its `config.json`.
public struct SafetensorsModel: ModelWeights {
    public let configuration: ModelConfiguration
    /// Tensors that lie in the files without a part in the model, by name.
    public let unusedTensors: [String]
    private let files: CheckpointFiles

    /// The files by name, as an index lists them (`model.safetensors` when there is only one).
    public var shards: [String: SafetensorsFile] { files.shards }

    /// A model of the given shards; every tensor the configuration calls for must be there once, in its shape.
    public init(
        configuration: ModelConfiguration, shards: [String: SafetensorsFile]
    ) throws(ModelFileError) {
        try self.init(configuration, CheckpointFiles(shards))
    }

    private init(_ configuration: ModelConfiguration, _ files: CheckpointFiles) throws(ModelFileError) {
        var (configuration, files) = (configuration, files)
        configuration.tieWordEmbeddings = try files.resolveTie(configuration.tieWordEmbeddings)
        let shapes = configuration.tensorShapes
        unusedTensors = try CheckpointTensors(known: shapes.map(\.name), layerCount: configuration.layerCount).unused(files.names)
        try files.require(shapes)
        self.configuration = configuration
        self.files = files
    }

    /// Opens a folder in the layout of the Hugging Face hub: `config.json` and either `model.safetensors` or
    /// `model.safetensors.index.json` with the shards it names.
    public init(folder: String) throws(ModelFileError) {
        let configuration = try ModelConfiguration(huggingFace: FileBytes(mapping: "\(folder)/config.json"))
        try self.init(configuration, CheckpointFiles(folder: folder))
    }

    /// The model's identity on the chain.
    ///
    /// For one file its SHA-256. For several, SHA-256 over one line `name size sha256` (decimal size, lower-case
    /// hexadecimal digest without prefix, single spaces, each line ended by a line feed) for every file, in the
    /// order of the bytes of the names. Configuration and tokenizer are not part of it.
    public func baseModelRoot() -> Hash32 { files.root() }

    public func shape(of name: String) -> [Int]? { files.shape(of: name) }

    public func tensor(_ name: String) throws(ModelFileError) -> [Float] { try files.values(of: name) }

    public func encoded(_ name: String) -> EncodedTensor? { files.encoded(name) }
}
