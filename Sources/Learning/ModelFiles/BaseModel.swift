import JSON
public import Primitives

/// A model as it is used: weights, tokenizer and identity.
public struct BaseModel: Sendable {
    public let weights: any ModelWeights
    public let tokenizer: Tokenizer
    /// The model's identity on the chain; see `GGUFModel.baseModelRoot()` and `SafetensorsModel.baseModelRoot()`.
    public let root: Hash32

    /// What its files say of conversations.
    public let chat: ChatSettings

    public var configuration: ModelConfiguration { weights.configuration }

    public init(weights: any ModelWeights, tokenizer: Tokenizer, root: Hash32, chat: ChatSettings = ChatSettings()) throws(ModelFileError) {
        guard tokenizer.vocabularySize <= weights.configuration.vocabularySize else {
            throw .malformed(
                format: "model",
                reason:
                    "its tokenizer has \(tokenizer.vocabularySize) tokens and its embedding only \(weights.configuration.vocabularySize)")
        }
        self.weights = weights
        self.tokenizer = tokenizer
        self.root = root
        self.chat = chat
    }

    /// Opens the model at `path`: a GGUF file under any name, or a folder with `config.json`, `tokenizer.json` and
    /// safetensors.
    public init(path: String) throws(ModelFileError) {
        if let file = try Self.singleFile(path) {
            let model = try GGUFModel(file)
            let tokenizer = try Tokenizer(file)
            let chat = ChatSettings(file, tokenizer: tokenizer)
            try self.init(weights: model, tokenizer: tokenizer, root: model.baseModelRoot(), chat: chat)
        } else {
            let model = try SafetensorsModel(folder: path)
            let ends = try SequenceTokens(huggingFace: FileBytes(mapping: "\(path)/config.json"))
            let tokenizer = try Tokenizer(
                huggingFace: FileBytes(mapping: "\(path)/tokenizer.json"), beginToken: ends.begin, endToken: ends.end)
            let chat = try ChatSettings(folder: path, tokenizer: tokenizer)
            try self.init(weights: model, tokenizer: tokenizer, root: model.baseModelRoot(), chat: chat)
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
