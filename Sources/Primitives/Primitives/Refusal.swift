/// Whose fault a refusal is.
public enum Fault: String, Sendable, Hashable, Codable {
    /// What was sent is wrong, and always will be.
    case sender
    /// This node lacks what it takes to judge; another may not.
    case node
    /// Nobody's: it came too late or too early, or others were faster.
    case circumstance
}

/// Why something was not taken: a rule that it breaks, by its name, and whose fault that is. The description says it in full.
public protocol Refusal: Error, CustomStringConvertible, Sendable {
    var rule: String { get }
    var fault: Fault { get }
}
