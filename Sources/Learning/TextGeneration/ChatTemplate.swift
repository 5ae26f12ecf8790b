public import ChatTemplates
public import ModelFiles

/// How a conversation is written for an instruction-tuned model, and which tokens end its answer.
///
/// Control tokens that the template writes are tokens; a message's own text is never read as one: `<|im_end|>` in a prompt
/// stays text, so that nobody can end a turn from inside it.
public struct ChatTemplate: Sendable {
    /// The template; `nil` for plain text.
    private let template: JinjaTemplate?
    private let settings: ChatSettings
    /// Tokens by name that end an answer beside those of the model's files.
    private let ends: [String]

    /// No template: the model continues the text.
    public static func plain(_ settings: ChatSettings) -> ChatTemplate { ChatTemplate(template: nil, settings: settings, ends: []) }

    private init(template: JinjaTemplate?, settings: ChatSettings, ends: [String]) {
        self.template = template
        self.settings = settings
        self.ends = ends
    }

    /// The model's own template. Where its files have none, the family whose control tokens are in the vocabulary, and
    /// plain text when there is no such family.
    public init(_ settings: ChatSettings, tokenizer: Tokenizer) throws(TemplateError) {
        if let source = settings.template {
            self.init(template: try JinjaTemplate(source), settings: settings, ends: [])
        } else if let family = ChatFamily.of(tokenizer) {
            try self.init(family, settings)
        } else {
            self = .plain(settings)
        }
    }

    /// The template of a family, whatever the model's files say.
    public init(_ family: ChatFamily, _ settings: ChatSettings) throws(TemplateError) {
        self.init(template: try JinjaTemplate(family.source), settings: settings, ends: family.ends)
    }

    /// A template of one's own.
    public init(source: String, _ settings: ChatSettings) throws(TemplateError) {
        self.init(template: try JinjaTemplate(source), settings: settings, ends: [])
    }

    /// Whether the model continues plain text.
    public var isPlain: Bool { template == nil }

    /// The tokens after which the model answers `prompt`.
    ///
    /// - Parameters:
    ///   - system: what the model is told about its part; what the template says where it is `nil`.
    ///   - clock: now, for templates that write the date.
    public func tokens(
        prompt: String, system: String? = nil, tokenizer: Tokenizer, clock: TemplateClock? = nil
    ) throws(TemplateError) -> [Int32] {
        guard let template else {
            let ids = tokenizer.encode(prompt, parsingAddedTokens: false)
            return ids.isEmpty ? [tokenizer.beginToken ?? tokenizer.endToken ?? 0] : ids
        }
        let marker = Self.marker(absentFrom: prompt + (system ?? ""))
        func message(_ role: String, _ text: String) -> ChatMessage {
            ChatMessage(role: role, content: tokenizer.guarding(text, with: marker))
        }
        let messages = (system.map { [message("system", $0)] } ?? []) + [message("user", prompt)]
        let text = try template.render(messages, tokens: names(tokenizer), clock: clock)
        let ids = tokenizer.encode(template: text, guardedBy: marker)
        return ids.isEmpty ? [tokenizer.beginToken ?? tokenizer.endToken ?? 0] : ids
    }

    /// The tokens that end an answer: all that the model's files name, and those of the family that was chosen.
    public func stopTokens(_ tokenizer: Tokenizer) -> Set<Int32> {
        var stops = settings.stopTokens.union(ends.compactMap { tokenizer.id(of: $0) })
        if let end = tokenizer.endToken { stops.insert(end) }
        return stops
    }

    /// The tokens that a template may name. Files that name none leave it to the configuration's ids.
    private func names(_ tokenizer: Tokenizer) -> [String: String] {
        guard settings.tokens.isEmpty else { return settings.tokens }
        var names: [String: String] = [:]
        names["bos_token"] = (tokenizer.prefix.first ?? tokenizer.beginToken).flatMap { tokenizer.spelling(of: $0) }
        names["eos_token"] = tokenizer.endToken.flatMap { tokenizer.spelling(of: $0) }
        return names
    }

    /// A character that Unicode gives to nobody, and which the text does not have.
    private static func marker(absentFrom text: String) -> Unicode.Scalar {
        let used = Set(text.unicodeScalars.filter { (0xfdd0...0xfdef).contains($0.value) })
        return (0xfdd0...0xfdef).compactMap { Unicode.Scalar($0 as UInt32) }.first { !used.contains($0) } ?? "\u{e000}"
    }
}
