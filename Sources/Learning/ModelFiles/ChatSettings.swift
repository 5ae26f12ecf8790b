import JSON

/// What a model's files say of conversations: its chat template, the tokens the template names, and which tokens end an answer.
public struct ChatSettings: Sendable, Equatable {
    /// The template's source, in Jinja; `nil` when the files have none.
    public var template: String?
    /// `bos_token`, `eos_token` and others, by these names.
    public var tokens: [String: String] = [:]
    /// Every token that config.json, generation_config.json or the tokenizer's settings end an answer with.
    public var stopTokens: Set<Int32> = []

    public init() {}
}

extension ChatSettings {
    /// Reads `chat_template.jinja`, `tokenizer_config.json`, `special_tokens_map.json`, `generation_config.json` and
    /// `config.json` of a folder in the hub's layout; each but the last may be absent.
    init(folder: String, tokenizer: Tokenizer) throws(ModelFileError) {
        func json(_ name: String) throws(ModelFileError) -> JSONValue? {
            guard let bytes = try? FileBytes(mapping: "\(folder)/\(name)") else { return nil }
            return try bytes.json(format: name)
        }
        let settings = try json("tokenizer_config.json")
        let map = try json("special_tokens_map.json")
        // A file of its own comes before the setting, as in transformers.
        if let file = try? FileBytes(mapping: "\(folder)/chat_template.jinja") {
            template = try Self.text(file, name: "chat_template.jinja")
        } else {
            template = Self.template(settings?["chat_template"])
        }
        for name in ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"] {
            if let token = Self.token(settings?[name]) ?? Self.token(map?[name]) { tokens[name] = token }
        }
        for name in ["config.json", "generation_config.json"] {
            let ends = try json(name)?["eos_token_id"]
            for id in ends?.array ?? [ends].compactMap(\.self) {
                if let id = id.wholeNumber.flatMap({ Int32(exactly: $0) }) { stopTokens.insert(id) }
            }
        }
        if let end = tokens["eos_token"].flatMap({ tokenizer.id(of: $0) }) { stopTokens.insert(end) }
    }

    /// Reads `tokenizer.chat_template` and the special tokens of a GGUF file.
    init(_ file: GGUFFile, tokenizer: Tokenizer) {
        template = file.metadata["tokenizer.chat_template"]?.text
        func id(_ key: String) -> Int32? { file.metadata["tokenizer.ggml.\(key)_token_id"]?.integer.flatMap { Int32(exactly: $0) } }
        for (key, name) in [("bos", "bos_token"), ("eos", "eos_token"), ("unknown", "unk_token"), ("padding", "pad_token")] {
            if let spelling = id(key).flatMap({ tokenizer.spelling(of: $0) }) { tokens[name] = spelling }
        }
        for key in ["eos", "eot", "eom"] { if let id = id(key) { stopTokens.insert(id) } }
        // What llama.cpp takes for the end of an answer whatever the file says.
        for name in ["<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>", "<|end_of_text|>", "<EOT>"] {
            if let id = tokenizer.id(of: name), tokenizer.isSpecial(id) { stopTokens.insert(id) }
        }
    }

    private static func text(_ file: FileBytes, name: String) throws(ModelFileError) -> String {
        guard let text = file.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw .malformed(format: name, reason: "it is not UTF-8")
        }
        return text
    }

    /// One template, or the one called `default` of several.
    private static func template(_ json: JSONValue?) -> String? {
        json?.string ?? json?.array?.first { $0["name"]?.string == "default" }?["template"]?.string
    }

    /// A token written as its text, or as an object with it.
    private static func token(_ json: JSONValue?) -> String? { json?.string ?? json?["content"]?.string }
}
