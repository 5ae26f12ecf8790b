/// Why a chat template could not be read or rendered.
public enum TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text is no template of this language.
    case syntax(String, line: Int)
    /// A part of Jinja that this interpreter leaves out.
    case unsupported(String, line: Int)
    /// A value was used as what it is not.
    case evaluation(String)
    /// The template itself refuses the conversation (`raise_exception`).
    case refused(String)
    /// A bound on size, depth, steps or output was reached.
    case limit(String)

    public var description: String {
        switch self {
        case .syntax(let reason, let line): "line \(line) of the chat template is not understood: \(reason)"
        case .unsupported(let what, let line): "line \(line) of the chat template uses \(what), which this program does not run"
        case .evaluation(let reason): "the chat template cannot be filled in: \(reason)"
        case .refused(let message): "the chat template refuses this conversation: \(message)"
        case .limit(let what): "the chat template was stopped: \(what)"
        }
    }
}

/// What a template may use up: it comes with the model, from strangers.
struct TemplateLimits: Sendable {
    /// Bytes of a template; the longest published ones have about 20,000.
    static let sourceBytes = 1 << 18
    /// Blocks, brackets and operators inside each other, and macros that call macros.
    static let depth = 128
    /// Nodes evaluated.
    static let steps = 500_000
    /// Bytes of the rendered text.
    static let outputBytes = 1 << 22
    /// Bytes of all strings made on the way.
    static let workBytes = 1 << 26
    /// Elements of one list.
    static let listCount = 1 << 16
}
