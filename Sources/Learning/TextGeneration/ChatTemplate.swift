public import ModelFiles

/// How a conversation is written for an instruction-tuned model, and which tokens end its answer.
///
/// Control tokens are put in by id, and a message's own text is never read as one: `<|im_end|>` in a prompt stays
/// text, so that nobody can end a turn from inside it.
public enum ChatTemplate: String, Sendable, CaseIterable {
    /// No template: the model continues the text.
    case plain
    /// `<|im_start|>role … <|im_end|>`: SmolLM2, Qwen2.
    case chatML
    /// `<|start_header_id|>role<|end_header_id|> … <|eot_id|>`: Llama 3.
    case llama3
    /// `<｜User｜> … <｜Assistant｜>`: DeepSeek-R1 and its distillations.
    case deepSeek

    /// The template whose control tokens are in the vocabulary; ``plain`` when there is none.
    public init(_ tokenizer: Tokenizer) {
        let found = Self.allCases.first { template in
            template != .plain && template.controlTokens.allSatisfy { tokenizer.id(of: $0) != nil }
        }
        self = found ?? .plain
    }

    /// The control tokens that the template is written with.
    private var controlTokens: [String] {
        switch self {
        case .plain: []
        case .chatML: ["<|im_start|>", "<|im_end|>"]
        case .llama3: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
        case .deepSeek: ["<｜User｜>", "<｜Assistant｜>"]
        }
    }

    /// The system message a model of this family expects where none is given.
    public var defaultSystemMessage: String? {
        self == .chatML ? "You are a helpful AI assistant named SmolLM, trained by Hugging Face" : nil
    }

    /// One part of the written conversation.
    private enum Part {
        case control(String)
        case text(String)
        case begin
    }

    /// The tokens after which the model answers `prompt`.
    ///
    /// - Parameter system: what the model is told about its part; ``defaultSystemMessage`` when `nil`, nothing when
    ///   empty.
    public func tokens(prompt: String, system: String? = nil, tokenizer: Tokenizer) -> [Int32] {
        if self == .plain {
            let ids = tokenizer.encode(prompt, parsingAddedTokens: false)
            return ids.isEmpty ? [tokenizer.beginToken ?? tokenizer.endToken ?? 0] : ids
        }
        let told = system ?? defaultSystemMessage ?? ""
        return parts(prompt: prompt, system: told.isEmpty ? nil : told).flatMap { part -> [Int32] in
            switch part {
            case .control(let name): tokenizer.id(of: name).map { [$0] } ?? []
            case .text(let text): tokenizer.encode(text, addingSpecialTokens: false, parsingAddedTokens: false)
            case .begin: tokenizer.beginToken.map { [$0] } ?? []
            }
        }
    }

    private func parts(prompt: String, system: String?) -> [Part] {
        switch self {
        case .plain: [.text(prompt)]
        case .chatML:
            (system.map { [.control("<|im_start|>"), .text("system\n\($0)"), .control("<|im_end|>"), .text("\n")] } ?? [])
                + [.control("<|im_start|>"), .text("user\n\(prompt)"), .control("<|im_end|>"), .text("\n")]
                + [.control("<|im_start|>"), .text("assistant\n")]
        case .llama3:
            [.begin] + (system.map { Self.llama3Turn("system", $0) } ?? []) + Self.llama3Turn("user", prompt)
                + [.control("<|start_header_id|>"), .text("assistant"), .control("<|end_header_id|>"), .text("\n\n")]
        case .deepSeek:
            [.begin, .text(system ?? ""), .control("<｜User｜>"), .text(prompt), .control("<｜Assistant｜>"), .text("<think>\n")]
        }
    }

    private static func llama3Turn(_ role: String, _ text: String) -> [Part] {
        [.control("<|start_header_id|>"), .text(role), .control("<|end_header_id|>"), .text("\n\n\(text)"), .control("<|eot_id|>")]
    }

    /// The tokens that end an answer.
    public func stopTokens(_ tokenizer: Tokenizer) -> Set<Int32> {
        let names = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<｜end▁of▁sentence｜>"]
        return Set(names.compactMap { tokenizer.id(of: $0) } + [tokenizer.endToken].compactMap(\.self))
    }
}
