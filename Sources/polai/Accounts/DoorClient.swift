import HTTPReader
import JSON
import Primitives

/// A door of a running node, asked by a command.
struct DoorClient: Sendable {
    /// The longest answer that is read.
    private static let limit = 64 << 20

    /// Scheme, host and port.
    let url: String
    private let reader = HTTPReader(timeout: .seconds(15))

    /// - Throws: `SetupError` for what is no `http` or `https` address.
    init(_ url: String) throws {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw SetupError("'\(url.prefix(100))' is no address of a node's door; write http://127.0.0.1:8545")
        }
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// Calls a JSON-RPC method.
    ///
    /// - Throws: `SetupError` with the node's own words where it refuses.
    func call(_ method: String, _ parameters: [JSONValue] = []) async throws -> JSONValue {
        let request = Self.request(method, parameters)
        let answer = try await read(
            HTTPReader.Request(.post, url, headers: [("Content-Type", "application/json")], body: request.utf8), of: method)
        return try Self.result(of: answer.value, to: method, from: url)
    }

    static func request(_ method: String, _ parameters: [JSONValue]) -> JSONValue {
        ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .array(parameters)]
    }

    /// What a node at `place` answered to a call.
    ///
    /// - Throws: `SetupError` with the node's own words where it refuses.
    static func result(of answer: JSONValue, to method: String, from place: String) throws -> JSONValue {
        if let error = answer["error"], !error.isNull {
            throw SetupError("\(method) was refused: \(error["message"]?.string ?? "no reason was given")")
        }
        guard let result = answer["result"] else { throw SetupError("\(place) does not answer \(method) as a node does") }
        return result
    }

    /// The `data` of a REST answer; `nil` for 404.
    func data(_ path: String) async throws -> JSONValue? {
        let answer = try await read(HTTPReader.Request(.get, url + path), of: path)
        if answer.status == 404 { return nil }
        guard answer.status == 200, let data = answer.value["data"] else {
            throw SetupError("\(url)\(path) answers \(answer.status): \(answer.value["message"]?.string ?? "no reason was given")")
        }
        return data
    }

    private func read(_ request: HTTPReader.Request, of what: String) async throws -> (status: Int, value: JSONValue) {
        do {
            let (status, body) = try await reader.read(request, limit: Self.limit)
            guard let value = try? JSONValue(parsing: body) else {
                throw SetupError("\(url) does not answer \(what) with JSON (status \(status)); is it the right port?")
            }
            return (status, value)
        } catch let error as HTTPReadError {
            throw SetupError("\(url): \(error); is the node running, and is this its door?")
        }
    }
}

extension JSONValue {
    /// A quantity of JSON-RPC, `0x` and hexadecimal digits.
    var quantity: UInt256? {
        guard let text = string, text.hasPrefix("0x"), text.count > 2, text.count <= 66 else { return nil }
        let digits = text.dropFirst(2)
        guard let bytes = try? [UInt8](hex: digits.count % 2 == 0 ? String(digits) : "0" + digits) else { return nil }
        return UInt256(bigEndianBytes: bytes[...])
    }
}
