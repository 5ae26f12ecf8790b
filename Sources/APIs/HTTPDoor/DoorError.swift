public import Hummingbird

/// An answer that tells a caller what was wrong with the request and what to do about it.
public struct DoorError: Error, Sendable, CustomStringConvertible {
    public var status: HTTPResponse.Status
    /// What was wrong, with the input that was wrong.
    public var message: String
    /// What to do instead.
    public var hint: String?

    public init(_ status: HTTPResponse.Status, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    public static func badRequest(_ message: String, hint: String? = nil) -> Self { Self(.badRequest, message, hint: hint) }
    public static func notFound(_ message: String, hint: String? = nil) -> Self { Self(.notFound, message, hint: hint) }

    public var description: String { [message, hint].compactMap(\.self).joined(separator: "; ") }
}

/// How a door writes its errors.
public enum DoorErrorFormat: Sendable {
    /// `{"code", "message"}`, as the beacon API has it. A hint is appended to the message.
    case codeAndMessage
    /// `{"code", "message", "hint"}`.
    case withHint
}
