public import Hummingbird
import HummingbirdCore
import NIOCore

extension Request {
    /// The whole body.
    ///
    /// - Throws: ``DoorError`` 413 when it is longer than `limit` bytes, before more than that is held.
    public func bytes(upTo limit: Int) async throws -> [UInt8] {
        let tooLarge = DoorError(.contentTooLarge, "the request body is longer than \(limit) bytes", hint: "split the request")
        if let text = headers[.contentLength], let length = Int(text), length > limit { throw tooLarge }
        do {
            let buffer = try await body.collect(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    /// The media type of the body in lower case without parameters, or `nil` when the request names none.
    public var mediaType: String? {
        headers[.contentType].map { $0.prefix { $0 != ";" }.trimmingWhitespace.lowercased() }
    }
}

extension StringProtocol {
    /// The text without blanks and tabs at its ends.
    var trimmingWhitespace: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return String(String(drop(while: isBlank)).reversed().drop(while: isBlank).reversed())
    }
}
