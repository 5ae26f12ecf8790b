public import AckQuorum

/// Why a block, a slot change or a genesis was refused: the rule that failed and the values it failed on.
///
/// Two errors are equal when they name the same rule; `context` is for people.
public struct StateTransitionError: Error, Sendable {
    /// The broken rule.
    public enum Reason: Hashable, Sendable {
        /// A rule of the official specification, or of our fork's payload rules.
        case rule(TransitionRule)
        /// A rule about ACK certificates or ACK evidence.
        case ack(AckFault)
    }

    public let reason: Reason
    /// The values involved, such as `slot 7, expected 8`.
    public let context: String

    public init(_ rule: TransitionRule, _ context: String = "") {
        self.reason = .rule(rule)
        self.context = context
    }

    public init(_ fault: AckFault, _ context: String = "") {
        self.reason = .ack(fault)
        self.context = context
    }

    /// The rule's name as test vectors and logs write it.
    public var label: String {
        switch reason {
        case .rule(let rule): rule.rawValue
        case .ack(let fault): fault.rawValue
        }
    }
}

extension StateTransitionError: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }
}

extension StateTransitionError: CustomStringConvertible {
    public var description: String { context.isEmpty ? "invalid: \(label)" : "invalid: \(label) (\(context))" }
}

/// Throws `rule` with `context` unless `condition` holds: the specification's `assert`.
@inline(__always)
func require(
    _ condition: Bool, _ rule: TransitionRule, _ context: @autoclosure () -> String = ""
) throws(StateTransitionError) {
    if !condition { throw StateTransitionError(rule, context()) }
}

/// Throws `fault` with `context` unless `condition` holds.
@inline(__always)
func require(
    _ condition: Bool, _ fault: AckFault, _ context: @autoclosure () -> String = ""
) throws(StateTransitionError) {
    if !condition { throw StateTransitionError(fault, context()) }
}
