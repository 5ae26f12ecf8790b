import HTTPTypes
import JSON
import NIOHTTP1

/// What is wrong with a request before any route sees it.
struct HeadFault: Error, Equatable, Sendable {
    let status: HTTPResponseStatus
    let message: String
    var hint: String?

    static func framing(_ message: String) -> Self { Self(status: .badRequest, message: message) }

    static let targetTooLong = Self(
        status: .uriTooLong, message: "the request's target is longer than \(HeadRules.targetLimit) bytes", hint: "send lists in a body")
    static let headersTooLong = Self(
        status: .requestHeaderFieldsTooLarge, message: "the request's header fields are longer than \(HeadRules.headerLimit) bytes")

    /// What a parser's error means.
    ///
    /// - Parameter isInLine: whether the request line had not ended.
    init(_ error: any Error, isInLine: Bool) {
        switch error {
        case let fault as HeadFault: self = fault
        case HTTPParserError.headerOverflow: self = isInLine ? .targetTooLong : .headersTooLong
        default: self = .framing("the request is not well-formed HTTP/1.1: \(error)")
        }
    }

    init(status: HTTPResponseStatus, message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// The body of the answer, in the form of the doors' errors.
    func body(_ format: DoorErrorFormat) -> [UInt8] {
        DoorError(.init(code: Int(status.code)), message, hint: hint).json(format).utf8
    }
}
