public import Hummingbird
public import JSON

extension Response {
    /// `application/json` with the given body.
    public static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        bytes(value.utf8, type: "application/json", status: status)
    }

    /// `application/json` with `value` encoded: members sorted, infinite numbers and NaN as strings.
    public static func json(encoding value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        json(try JSONValue(encoding: value), status: status)
    }

    /// A body of the given media type.
    public static func bytes(_ body: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
