import JSON

extension Tokenizer {
    /// Reads a `tokenizer.json` of the Hugging Face tokenizers library: a byte-level BPE model with the
    /// normalizers, pre-tokenizers and templates of the supported models.
    ///
    /// That file does not say which tokens begin and end a sequence; they come from the model's `config.json`.
    public init(
        huggingFace bytes: FileBytes, beginToken: Int32? = nil, endToken: Int32? = nil
    ) throws(ModelFileError) {
        let json = try bytes.json(format: "tokenizer.json")
        let reader = TokenizerJSONReader(json: json)
        var parts = TokenizerParts(
            tokens: try reader.tokens(), preTokenizer: PreTokenizer(try reader.rules(json["pre_tokenizer"])))
        parts.merges = try reader.merges()
        parts.addedTokens = try reader.addedTokens()
        parts.normalization = try reader.normalization(json["normalizer"])
        parts.ignoresMerges = json["model"]?["ignore_merges"]?.bool ?? false
        if let unknown = json["model"]?["unk_token"]?.string { parts.unknownToken = parts.tokens.id(of: Array(unknown.utf8)) }
        (parts.prefix, parts.suffix) = try reader.template(json["post_processor"])
        parts.beginToken = beginToken
        parts.endToken = endToken
        try reader.checkDecoder()
        try self.init(parts)
    }
}

/// The parts of a `tokenizer.json`.
struct TokenizerJSONReader {
    let json: JSONValue

    private func malformed(_ reason: String) -> ModelFileError { .malformed(format: "tokenizer.json", reason: reason) }

    // MARK: Model

    /// The vocabulary and the added tokens by id; ids nothing is said of stay empty.
    func tokens() throws(ModelFileError) -> TokenTable {
        guard let model = json["model"], model["type"]?.string == "BPE" else {
            throw .unsupported("a tokenizer.json whose model is not BPE")
        }
        for key in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] {
            if let value = model[key], !value.isNull, value.string != "" { throw .unsupported("a tokenizer with \(key)") }
        }
        for key in ["byte_fallback", "fuse_unk"] where model[key]?.bool == true {
            throw .unsupported("a tokenizer with \(key)")
        }
        guard let vocabulary = model["vocab"]?.object else { throw malformed("the model has no vocab") }
        let added = try addedTokens()
        var byID: [String?] = []
        func place(_ token: String, at id: Int) throws(ModelFileError) {
            guard id >= 0, id < TokenizerParts.maximumTokens else { throw malformed("the token id \(id)") }
            if id >= byID.count { byID.append(contentsOf: repeatElement(nil, count: id + 1 - byID.count)) }
            if let other = byID[id], !other.utf8.elementsEqual(token.utf8) {
                throw malformed("the id \(id) is of two tokens")
            }
            byID[id] = token
        }
        for entry in vocabulary {
            guard let id = entry.value.wholeNumber else { throw malformed("the id of token \(entry.name) is no number") }
            try place(entry.name, at: id)
        }
        for token in added { try place(token.content, at: Int(token.id)) }
        var table = TokenTable(capacity: byID.count)
        for token in byID { table.append((token ?? "").utf8) }
        return table
    }

    func merges() throws(ModelFileError) -> [(bytes: [UInt8], split: Int)] {
        guard let merges = json["model"]?["merges"]?.array else { throw malformed("the model has no merges") }
        var result: [(bytes: [UInt8], split: Int)] = []
        result.reserveCapacity(merges.count)
        for (index, merge) in merges.enumerated() {
            // Written as one string with a space, or as a pair.
            if let text = merge.string, let parts = Array(text.utf8).withUnsafeBytes(TokenizerParts.splitMerge) {
                result.append(parts)
            } else if let pair = merge.array, pair.count == 2, let left = pair[0].string, let right = pair[1].string,
                !left.isEmpty, !right.isEmpty
            {
                result.append((Array(left.utf8) + Array(right.utf8), left.utf8.count))
            } else {
                throw malformed("merge \(index) is not a pair of tokens")
            }
        }
        return result
    }

    func addedTokens() throws(ModelFileError) -> [TokenizerParts.Added] {
        var result: [TokenizerParts.Added] = []
        for entry in json["added_tokens"]?.array ?? [] {
            guard let id = entry["id"]?.wholeNumber.flatMap({ Int32(exactly: $0) }), id >= 0,
                let content = entry["content"]?.string, !content.isEmpty
            else { throw malformed("an added token without id or content") }
            for key in ["single_word", "lstrip", "rstrip"] where entry[key]?.bool == true {
                throw .unsupported("the added token \(content) with \(key)")
            }
            result.append(
                .init(
                    id: id, content: content, isSpecial: entry["special"]?.bool ?? false,
                    isNormalized: entry["normalized"]?.bool ?? true))
        }
        return result
    }

    // MARK: Pipeline

    func normalization(_ json: JSONValue?) throws(ModelFileError) -> Tokenizer.Normalization {
        guard let json, !json.isNull else { return .none }
        switch json["type"]?.string {
        case "NFC": return .nfc
        case "Sequence":
            var result = Tokenizer.Normalization.none
            for step in json["normalizers"]?.array ?? [] where try normalization(step) == .nfc { result = .nfc }
            return result
        case let other: throw .unsupported("the normalizer \(other ?? "without a type")")
        }
    }

    func rules(_ json: JSONValue?) throws(ModelFileError) -> [PreTokenizer.Rule] {
        switch json?["type"]?.string {
        case "Sequence":
            var result: [PreTokenizer.Rule] = []
            for step in json?["pretokenizers"]?.array ?? [] { result += try rules(step) }
            return result
        case "ByteLevel":
            if json?["add_prefix_space"]?.bool == true { throw .unsupported("a tokenizer that adds a space before text") }
            return json?["use_regex"]?.bool ?? true ? [.gpt2] : []
        case "Digits":
            guard json?["individual_digits"]?.bool == true else { throw .unsupported("cutting at runs of digits") }
            return [.singleDigits]
        case "Split":
            guard let pattern = json?["pattern"]?["Regex"]?.string else { throw .unsupported("cutting at a fixed string") }
            guard let rule = PreTokenizer.Rule(pattern: pattern) else {
                throw .unsupported("the pre-tokenizer's pattern \(pattern)")
            }
            let behavior = json?["behavior"]?.string
            let inverted = json?["invert"]?.bool ?? false
            // Keeping only the matches is the same where the pattern matches everything.
            guard behavior == "Isolated" || (behavior == "Removed" && inverted && rule.matchesEverything) else {
                throw .unsupported("a pre-tokenizer with behavior \(behavior ?? "(none)")")
            }
            return [rule]
        case let other: throw .unsupported("the pre-tokenizer \(other ?? "(none)")")
        }
    }

    /// The ids put before and after a single text.
    func template(_ json: JSONValue?) throws(ModelFileError) -> (prefix: [Int32], suffix: [Int32]) {
        guard let json, !json.isNull else { return ([], []) }
        switch json["type"]?.string {
        case "ByteLevel": return ([], [])
        case "Sequence":
            var (prefix, suffix): ([Int32], [Int32]) = ([], [])
            for step in json["processors"]?.array ?? [] {
                let inner = try template(step)
                prefix = inner.prefix + prefix
                suffix += inner.suffix
            }
            return (prefix, suffix)
        case "TemplateProcessing":
            var (prefix, suffix): ([Int32], [Int32]) = ([], [])
            var seenText = false
            for item in json["single"]?.array ?? [] {
                if item["Sequence"] != nil {
                    seenText = true
                } else if let name = item["SpecialToken"]?["id"]?.string {
                    guard let ids = json["special_tokens"]?[name]?["ids"]?.array else {
                        throw malformed("the template's token \(name) has no ids")
                    }
                    for id in ids {
                        guard let id = id.wholeNumber.flatMap({ Int32(exactly: $0) }) else {
                            throw malformed("the template's token \(name) has no ids")
                        }
                        if seenText { suffix.append(id) } else { prefix.append(id) }
                    }
                } else {
                    throw malformed("the template has an unknown part")
                }
            }
            return (prefix, suffix)
        case let other: throw .unsupported("the post-processor \(other ?? "without a type")")
        }
    }

    func checkDecoder() throws(ModelFileError) {
        guard let decoder = json["decoder"], !decoder.isNull else { return }
        guard decoder["type"]?.string == "ByteLevel" else {
            throw .unsupported("the decoder \(decoder["type"]?.string ?? "without a type")")
        }
    }
}

extension PreTokenizer.Rule {
    /// The rule a published regular expression stands for, or `nil`.
    init?(pattern: String) {
        // Some files hold the line-end characters themselves where others spell them.
        var spelled = ""
        for scalar in pattern.unicodeScalars {
            switch scalar {
            case "\r": spelled += "\\r"
            case "\n": spelled += "\\n"
            default: spelled.unicodeScalars.append(scalar)
            }
        }
        let llama3 = [
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"#,
            #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
        ]
        switch spelled {
        case #"\p{N}"#: self = .singleDigits
        case #"\p{N}{1,3}"#: self = .digitTriples
        case "[\u{4e00}-\u{9fa5}\u{3040}-\u{309f}\u{30a0}-\u{30ff}]+": self = .ideographs
        case #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: self = .gpt2
        case llama3.joined(separator: #"\p{N}{1,3}"#): self = .llama3(maximumDigits: 3)
        case llama3.joined(separator: #"\p{N}"#): self = .llama3(maximumDigits: 1)
        case ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"##
            + #" ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#:
            self = .deepSeek
        default: return nil
        }
    }

    /// Whether every character is in a match.
    var matchesEverything: Bool { self == .gpt2 || self == .llama3(maximumDigits: 1) || self == .llama3(maximumDigits: 3) }
}
