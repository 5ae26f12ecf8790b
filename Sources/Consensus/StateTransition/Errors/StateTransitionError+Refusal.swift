public import Primitives

/// A block or operation that breaks a rule breaks it everywhere: whoever made it is at fault.
extension StateTransitionError: Refusal {
    public var rule: String { label }
    public var fault: Fault { .sender }
}
