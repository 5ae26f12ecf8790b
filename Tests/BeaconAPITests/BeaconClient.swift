import BeaconAPI
import Hummingbird
import HummingbirdTesting
import JSON
import Testing

/// Calls the door in memory.
struct BeaconClient {
    var chain = FixtureBeaconChain()

    func send(_ path: String, accept: String? = nil, post body: String? = nil, type: String? = "application/json") async throws
        -> TestResponse
    {
        let router = BeaconDoor(chain: chain, peers: FixturePeers()).router()
        var headers: HTTPFields = [:]
        headers[.accept] = accept
        if let body {
            headers[.contentType] = type
            headers[.contentLength] = String(body.utf8.count)
        }
        return try await Application(router: router).test(.router) { [headers] client in
            try await client.executeRequest(
                uri: path, method: body == nil ? .get : .post, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
    }

    /// The whole JSON answer, which must be a success.
    func json(_ path: String, post body: String? = nil) async throws -> JSONValue {
        let response = try await send(path, post: body)
        #expect(response.status == .ok, "\(path): \(String(buffer: response.body))")
        #expect(response.headers[.contentType] == "application/json")
        return try JSONValue(parsing: response.body.readableBytesView)
    }

    /// The answer's `data`.
    func data(_ path: String, post body: String? = nil) async throws -> JSONValue {
        let answer = try await json(path, post: body)
        return try #require(answer["data"])
    }
}
