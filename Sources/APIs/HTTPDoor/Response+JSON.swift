public import Hummingbird
public import JSON

import class Foundation.JSONEncoder

extension Response {
    /// `application/json` with the given body.
    public static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        bytes(value.utf8, type: "application/json", status: status)
    }

    /// `application/json` with `value` encoded: members sorted, infinite numbers and NaN as strings.
    public static func json(encoding value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        bytes(try JSONText.encode(value), type: "application/json", status: status)
    }

    /// A body of the given media type.
    public static func bytes(_ body: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// Encodes the node's own answers, which are `Codable` structs.
public enum JSONText {
    /// Compact JSON in UTF-8 without line breaks: members sorted, slashes bare, NaN and infinities as strings.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return Array(try encoder.encode(value))
    }
}
