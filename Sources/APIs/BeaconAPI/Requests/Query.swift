import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import SSZ

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

    /// A decimal number that the query must hold.
    func requiredNumber(_ name: String) throws(DoorError) -> UInt64 {
        guard let number = try queryNumber(name) else { throw .badRequest("Missing query parameter: \(name)") }
        return number
    }

    /// A hexadecimal value of fixed length that the query must hold.
    func requiredHex<Value: SSZValue>(_ name: String, as type: Value.Type) throws(DoorError) -> Value where Value.Shape == Unshaped {
        guard let text = uri.queryParameters[name[...]] else { throw .badRequest("Missing query parameter: \(name)") }
        do {
            return try Value(json: .string(String(text)), Unshaped())
        } catch {
            throw .badRequest("Invalid \(name): \(error)")
        }
    }

    /// The body as JSON.
    ///
    /// - Throws: 415 for another content type, 413 over `limit` bytes, 400 for what is not JSON.
    func json(upTo limit: Int = 1 << 20) async throws -> JSONValue {
        guard mediaType == MediaTypes.json else {
            throw DoorError(
                .unsupportedMediaType, "Cannot read the supplied content type: \(headers[.contentType] ?? "none")",
                hint: "send application/json")
        }
        do {
            return try JSONValue(parsing: try await bytes(upTo: limit))
        } catch let error as JSONError {
            throw DoorError.badRequest("Invalid request body: \(error)")
        }
    }
}

extension DoorContext {
    /// A decimal number in the path.
    func number(_ name: String) throws(DoorError) -> UInt64 {
        try Decimal.parse(parameters.get(name) ?? "", name)
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
