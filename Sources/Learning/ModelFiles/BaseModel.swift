import JSON
public import Primitives

/// A model as it is used: weights, tokenizer and identity.
public struct BaseModel: Sendable {
    /// The parameters; the kind of file and architecture that were found decide which.
    public let decoder: DecoderWeights
    public let tokenizer: Tokenizer
    /// The model's identity on the chain; see `GGUFModel.baseModelRoot()` and `SafetensorsModel.baseModelRoot()`.
    public let root: Hash32

    /// What its files say of conversations.
    public let chat: ChatSettings

    public init(weights: any ModelWeights, tokenizer: Tokenizer, root: Hash32) throws(ModelFileError) {
        try self.init(decoder: .dense(weights), tokenizer: tokenizer, root: root, chat: ChatSettings())
    }

    public init(decoder: DecoderWeights, tokenizer: Tokenizer, root: Hash32, chat: ChatSettings) throws(ModelFileError) {
        guard tokenizer.vocabularySize <= decoder.vocabularySize else {
            throw .malformed(
                format: "model",
                reason:
                    "its tokenizer has \(tokenizer.vocabularySize) tokens and its embedding only \(decoder.vocabularySize)")
        }
        self.decoder = decoder
        self.tokenizer = tokenizer
        self.root = root
        self.chat = chat
    }

    /// Opens the model at `path`: a GGUF file under any name, or a folder with `config.json`, `tokenizer.json` and
    /// safetensors.
    public init(path: String) throws(ModelFileError) {
        if let file = try Self.singleFile(path) {
            let decoder: DecoderWeights =
                file.metadata["general.architecture"]?.text == "deepseek2"
                ? .latent(try DeepseekV3GGUF(file)) : .dense(try GGUFModel(file))
            let tokenizer = try Tokenizer(file)
            try self.init(
                decoder: decoder, tokenizer: tokenizer, root: file.bytes.sha256(), chat: ChatSettings(file, tokenizer: tokenizer))
        } else {
            let settings = try FileBytes(mapping: "\(path)/config.json")
            let decoder: DecoderWeights
            let root: Hash32
            if try settings.json(format: "config.json")["model_type"]?.string == "deepseek_v3" {
                let model = try Self.latentCheckpoint(folder: path)
                (decoder, root) = (.latent(model), model.baseModelRoot())
            } else {
                let model = try SafetensorsModel(folder: path)
                (decoder, root) = (.dense(model), model.baseModelRoot())
            }
            let ends = try SequenceTokens(huggingFace: settings)
            let tokenizer = try Tokenizer(
                huggingFace: FileBytes(mapping: "\(path)/tokenizer.json"), beginToken: ends.begin, endToken: ends.end)
            try self.init(decoder: decoder, tokenizer: tokenizer, root: root, chat: ChatSettings(folder: path, tokenizer: tokenizer))
        }
    }

    private static func latentCheckpoint(folder: String) throws(ModelFileError) -> DeepseekV3Checkpoint {
        do {
            return try DeepseekV3Checkpoint(folder: folder)
        } catch {
            throw error as? ModelFileError ?? .unreadable(path: folder, reason: "\(error)")
        }
    }

    /// The GGUF file at `path`; `nil` where no regular file is.
    private static func singleFile(_ path: String) throws(ModelFileError) -> GGUFFile? {
        if path.hasSuffix(".gguf") { return try GGUFFile(path: path) }
        guard let bytes = try? FileBytes(mapping: path) else { return nil }
        guard bytes.withUnsafeBytes({ $0.prefix(4).elementsEqual("GGUF".utf8) }) else {
            if bytes.isGitLFSPointer { throw .gitLFSPointer(path: path) }
            throw .unreadable(
                path: path,
                reason: "it is no GGUF file, and a safetensors model is named by its folder, with config.json and tokenizer.json")
        }
        return try GGUFFile(bytes)
    }
}

/// The tokens that begin and end a sequence by a `config.json`.
struct SequenceTokens {
    let begin: Int32?
    let end: Int32?

    init(huggingFace bytes: FileBytes) throws(ModelFileError) {
        let json = try bytes.json(format: "config.json")
        func token(_ key: String) -> Int32? {
            // Several end tokens are possible; the first ends a text.
            (json[key]?.array?.first ?? json[key])?.wholeNumber.flatMap { Int32(exactly: $0) }
        }
        begin = token("bos_token_id")
        end = token("eos_token_id")
    }
}
