/// A chat template in the part of Jinja that published models use, read once and filled in as transformers does.
///
/// It comes with a model, from strangers: size, depth, steps and output are bounded, and there is no way from it to files,
/// the network or this program.
///
/// ```swift
/// let template = try JinjaTemplate("{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}")
/// let text = try template.render([ChatMessage(role: "user", content: "Hello")])
/// ```
public struct JinjaTemplate: Sendable {
    private let nodes: [TemplateNode]

    public init(_ source: String) throws(TemplateError) {
        var parser = try TemplateParser(source)
        nodes = try parser.parse()
    }

    /// The conversation as the model reads it, ready for its answer.
    ///
    /// - Parameters:
    ///   - tokens: `bos_token`, `eos_token` and others by these names; what is absent is undefined to the template.
    ///   - clock: now; a template that asks for it without one is refused.
    public func render(
        _ messages: [ChatMessage], tokens: [String: String] = [:], addsGenerationPrompt: Bool = true, clock: TemplateClock? = nil
    ) throws(TemplateError) -> String {
        var variables: [String: TemplateValue] = [
            "messages": .list(
                messages.map { .dictionary(TemplateDictionary(["role": .string($0.role), "content": .string($0.content)])) }),
            "add_generation_prompt": .bool(addsGenerationPrompt), "tools": .none, "documents": .none,
        ]
        for (name, token) in tokens { variables[name] = .string(token) }
        return try TemplateEvaluator(variables, clock: clock).render(nodes)
    }
}

/// One turn of a conversation.
public struct ChatMessage: Sendable, Equatable {
    /// `system`, `user` or `assistant`.
    public let role: String
    public let content: String

    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}
