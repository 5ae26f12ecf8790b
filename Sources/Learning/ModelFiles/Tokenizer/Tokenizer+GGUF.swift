extension Tokenizer {
    /// The tokenizer in a GGUF file's metadata (`tokenizer.ggml.*`).
    public init(_ file: GGUFFile) throws(ModelFileError) {
        func integer(_ key: String) -> Int32? { file.metadata["tokenizer.ggml.\(key)"]?.integer.flatMap { Int32(exactly: $0) } }
        guard let kind = file.metadata["tokenizer.ggml.model"]?.text else { throw .missingKey("tokenizer.ggml.model") }
        guard kind == "gpt2" else { throw .unsupported("the tokenizer \(kind), where byte-level BPE (gpt2) is read") }
        guard let strings = file.metadata["tokenizer.ggml.tokens"]?.array?.strings else {
            throw .missingKey("tokenizer.ggml.tokens")
        }
        guard strings.count <= TokenizerParts.maximumTokens else {
            throw .malformed(format: "tokenizer", reason: "\(strings.count) tokens")
        }
        guard let mergeStrings = file.metadata["tokenizer.ggml.merges"]?.array?.strings else {
            throw .missingKey("tokenizer.ggml.merges")
        }
        var tokens = TokenTable(capacity: strings.count)
        for index in 0..<strings.count { strings.withBytes(at: index) { tokens.append($0) } }
        let style = try GGUFTokenizerStyle(name: file.metadata["tokenizer.ggml.pre"]?.text)
        var parts = TokenizerParts(tokens: tokens, preTokenizer: style.preTokenizer)
        parts.normalization = style.normalization
        parts.ignoresMerges = style.ignoresMerges
        parts.merges.reserveCapacity(mergeStrings.count)
        for index in 0..<mergeStrings.count {
            guard let merge = mergeStrings.withBytes(at: index, TokenizerParts.splitMerge) else {
                throw .malformed(format: "tokenizer", reason: "merge \(index) is not two tokens with a space between")
            }
            parts.merges.append(merge)
        }
        if let types = file.metadata["tokenizer.ggml.token_type"]?.array?.integers {
            guard types.count == strings.count else {
                throw .malformed(format: "tokenizer", reason: "\(types.count) token types for \(strings.count) tokens")
            }
            // 3 is a control token, 4 one added by the model's author.
            for (index, type) in types.enumerated() where type == 3 || type == 4 {
                guard let content = String(validating: strings[index], as: UTF8.self), !content.isEmpty else {
                    throw .malformed(format: "tokenizer", reason: "the control token \(index) is empty or not UTF-8")
                }
                parts.addedTokens.append(
                    .init(
                        id: Int32(truncatingIfNeeded: index), content: content, isSpecial: type == 3,
                        isNormalized: false))
            }
        }
        parts.beginToken = integer("bos_token_id")
        parts.endToken = integer("eos_token_id")
        parts.unknownToken = integer("unknown_token_id")
        if file.metadata["tokenizer.ggml.add_bos_token"]?.bool ?? style.addsBeginToken, let begin = parts.beginToken {
            parts.prefix = [begin]
        }
        if file.metadata["tokenizer.ggml.add_eos_token"]?.bool ?? false, let end = parts.endToken {
            parts.suffix = [end]
        }
        try self.init(parts)
    }
}

/// What a GGUF file's `tokenizer.ggml.pre` stands for.
private struct GGUFTokenizerStyle {
    let preTokenizer: PreTokenizer
    var normalization = Tokenizer.Normalization.none
    var ignoresMerges = false
    var addsBeginToken = false

    init(name: String?) throws(ModelFileError) {
        switch name {
        case "gpt-2": preTokenizer = .gpt2
        case "smollm": preTokenizer = .smolLM
        case "llama-bpe", "llama3", "llama-v3":
            preTokenizer = .llama3
            ignoresMerges = true
            addsBeginToken = true
        case "qwen2", "deepseek-r1-qwen":
            preTokenizer = .qwen2
            normalization = .nfc
        case "deepseek-v3", "deepseek-r1": preTokenizer = .deepSeekR1
        case let other:
            throw .unsupported(
                "the pre-tokenizer \(other ?? "(none)"), where gpt-2, smollm, llama-bpe, qwen2, deepseek-r1-qwen and deepseek-v3 are read")
        }
    }
}
