import HTTPReader
import JSON

/// One request to a beacon node.
struct RESTRequest: Sendable {
    let method: HTTPReader.Request.Method
    /// Beginning with a slash.
    let path: String
    var query: [(name: String, value: String)] = []
    var body: JSONValue?
    /// `Eth-Consensus-Version` of the body.
    var consensusVersion: String?
    /// Whether sending it twice is as good as once, even when the first may have arrived.
    var isRepeatable = true
    /// The longest answer taken, in bytes.
    var limit = 16 << 20

    static func get(_ path: String, _ query: [(name: String, value: String)] = []) -> RESTRequest {
        RESTRequest(method: .get, path: path, query: query)
    }

    static func post(_ path: String, _ body: JSONValue, version: String? = nil) -> RESTRequest {
        RESTRequest(method: .post, path: path, body: body, consensusVersion: version)
    }

    /// Path and query. All values are numbers, hexadecimal or words of the API, which need no escapes.
    var target: String {
        query.isEmpty ? path : path + "?" + query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }
}
