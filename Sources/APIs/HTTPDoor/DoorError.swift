public import HTTPTypes
public import Hummingbird
public import JSON
public import Primitives

/// An answer that tells a caller what was wrong with the request and what to do about it.
public struct DoorError: Error, Sendable, CustomStringConvertible {
    public var status: HTTPResponse.Status
    /// What was wrong, with the input that was wrong.
    public var message: String
    /// What to do instead.
    public var hint: String?
    /// The rule that the caller ran into, and whose fault that is, where a service refused.
    public var refusal: (any Refusal)?
    /// Header fields of the answer beside its media type.
    public var headers: HTTPFields = [:]
    /// The request's own bytes are at fault, so that nothing after them can be read.
    var isFraming = false

    public init(_ status: HTTPResponse.Status, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// What a service refused, in its own words unless others are given.
    public init(_ status: HTTPResponse.Status, refusing refusal: any Refusal, _ message: String? = nil, hint: String? = nil) {
        self.init(status, message ?? refusal.description, hint: hint)
        self.refusal = refusal
    }

    public static func badRequest(_ message: String, hint: String? = nil) -> Self { Self(.badRequest, message, hint: hint) }
    public static func notFound(_ message: String, hint: String? = nil) -> Self { Self(.notFound, message, hint: hint) }

    /// The body of the answer.
    public func json(_ format: DoorErrorFormat) -> JSONValue {
        var members: [JSONValue.Member] = [.init("code", JSONValue(status.code))]
        switch format {
        case .codeAndMessage: members.append(.init("message", .string(description)))
        case .withHint:
            members.append(.init("message", .string(message)))
            if let hint { members.append(.init("hint", .string(hint))) }
        }
        if let refusal {
            members += [.init("rule", .string(refusal.rule)), .init("fault", .string(refusal.fault.rawValue))]
        }
        return .object(members)
    }

    public var description: String { [message, hint].compactMap(\.self).joined(separator: "; ") }
}

/// How a door writes its errors.
public enum DoorErrorFormat: Sendable {
    /// `{"code", "message"}`, as the beacon API has it. A hint is appended to the message.
    case codeAndMessage
    /// `{"code", "message", "hint"}`.
    case withHint
}
