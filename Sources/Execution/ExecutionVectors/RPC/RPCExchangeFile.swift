import Foundation
public import JSON

/// A file of the public JSON-RPC suite (`.io`): requests behind `>> `, each with its recorded answer behind `<< `.
public struct RPCExchangeFile: Sendable {
    public struct Exchange: Sendable {
        /// The request as it is written.
        public var request: String
        public var answer: JSONValue
    }

    public private(set) var exchanges: [Exchange] = []
    /// Whether only the form of the answers counts: the file says so where clients may differ.
    public private(set) var comparesOnlyForm = false

    /// - Throws: when a line is neither comment nor exchange, or a request has no answer.
    public init(_ text: String) throws {
        var request: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty { continue }
            if line.hasPrefix("//") {
                let comment = line.dropFirst(2).trimmingCharacters(in: .whitespaces)
                if comment.hasPrefix("speconly") { comparesOnlyForm = true }
            } else if line.hasPrefix(">> ") {
                guard request == nil else { throw VectorError("a request without an answer") }
                request = String(line.dropFirst(3))
            } else if line.hasPrefix("<< ") {
                guard let asked = request else { throw VectorError("an answer without a request") }
                exchanges.append(Exchange(request: asked, answer: try JSONValue(parsing: String(line.dropFirst(3)))))
                request = nil
            } else {
                throw VectorError("a line that is no comment, request or answer: \(line.prefix(40))")
            }
        }
        guard request == nil else { throw VectorError("a request without an answer") }
    }
}
