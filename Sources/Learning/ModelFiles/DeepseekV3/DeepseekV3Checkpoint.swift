public import Primitives

/// The weights of a DeepSeek-V3 checkpoint in one or several safetensors files.
public struct DeepseekV3Checkpoint: DeepseekV3Weights {
    public let configuration: DeepseekV3Configuration
    public let unusedTensors: [String]
    private let files: CheckpointFiles

    /// A model of the given files, by name; every tensor that the configuration calls for must be there once, in its shape.
    public init(configuration: DeepseekV3Configuration, shards: [String: SafetensorsFile]) throws(ModelFileError) {
        try self.init(configuration, CheckpointFiles(shards))
    }

    private init(_ configuration: DeepseekV3Configuration, _ files: CheckpointFiles) throws(ModelFileError) {
        var (configuration, files) = (configuration, files)
        configuration.tieWordEmbeddings = try files.resolveTie(configuration.tieWordEmbeddings)
        let shapes = configuration.tensorShapes
        unusedTensors = try CheckpointTensors(known: shapes.map(\.name), layerCount: configuration.layerCount).unused(files.names)
        try files.require(shapes)
        self.configuration = configuration
        self.files = files
    }

    /// Opens a folder in the layout of the Hugging Face hub.
    ///
    /// Untyped, since optimised builds lose the type of errors on the way out of initialisers of structures of this size.
    public init(folder: String) throws {
        let configuration = try DeepseekV3Configuration(huggingFace: FileBytes(mapping: "\(folder)/config.json"))
        try self.init(configuration, CheckpointFiles(folder: folder))
    }

    /// The model's identity on the chain, as of any checkpoint; see ``SafetensorsModel/baseModelRoot()``.
    public func baseModelRoot() -> Hash32 { files.root() }

    public func shape(of name: String) -> [Int]? { files.shape(of: name) }

    public func tensor(_ name: String) throws(ModelFileError) -> [Float] { try files.values(of: name) }
}
