public import NIOWebSocket

/// Why a connection is closed (RFC 6455 §7.4).
public struct WebSocketFault: Error, Equatable, Sendable {
    public var code: WebSocketErrorCode
    /// At most 123 bytes of it are sent.
    public var reason: String

    public init(_ code: WebSocketErrorCode, _ reason: String) {
        (self.code, self.reason) = (code, reason)
    }

    static func protocolError(_ reason: String) -> Self { Self(.protocolError, reason) }
    static func tooLarge(_ limit: Int) -> Self { Self(.messageTooLarge, "a message has at most \(limit) bytes") }
    static let notText = Self(.dataInconsistentWithMessage, "the text is not UTF-8")
    /// A reader that lets too much gather.
    static let tooSlow = Self(.policyViolation, "the reader is too slow")
    static let silent = Self(.policyViolation, "no answer to a ping")
    static let goingAway = Self(.goingAway, "the node is stopping")
}
