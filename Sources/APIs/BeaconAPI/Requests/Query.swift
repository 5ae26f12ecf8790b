import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives

extension Request {
    /// The values of a query parameter, which may be repeated or hold several separated by commas.
    func queryList(_ name: String) -> [String] {
        uri.queryParameters[values: name[...]].flatMap { $0.split(separator: ",") }.map(String.init)
    }

    /// A decimal number in the query; `nil` when the parameter is absent.
    func queryNumber(_ name: String) throws(DoorError) -> UInt64? {
        guard let text = uri.queryParameters[name[...]] else { return nil }
        return try Decimal.parse(text, name)
    }

    /// The body as JSON.
    ///
    /// - Throws: 415 for another content type, 413 over a megabyte, 400 for what is not JSON.
    func json() async throws -> JSONValue {
        guard mediaType == MediaTypes.json else {
            throw DoorError(
                .unsupportedMediaType, "Cannot read the supplied content type: \(headers[.contentType] ?? "none")",
                hint: "send application/json")
        }
        do {
            return try JSONValue(parsing: try await bytes(upTo: 1 << 20))
        } catch let error as JSONError {
            throw DoorError.badRequest("Invalid request body: \(error)")
        }
    }
}

/// Decimal digits and nothing else: no sign, no blanks.
enum Decimal {
    static func parse(_ text: some StringProtocol, _ what: String) throws(DoorError) -> UInt64 {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt64(text) else {
            throw .badRequest("Invalid \(what): \(text)", hint: "a decimal number below 2^64")
        }
        return number
    }
}
