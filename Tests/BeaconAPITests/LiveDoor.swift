import BeaconAPI
import BeaconNode
import BeaconTypes
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Primitives
import SSZ
import ServiceInterfaces
import TestChains
import Testing

/// The door of a real beacon node, called in memory.
struct LiveDoor {
    let chain: OperationChain

    /// Runs `body` with the door of a chain that has a block in each slot up to `slot`, and all votes and sync committee
    /// messages for them.
    static func with(slots: Slot = 2, exitableAt: UInt64 = 0, _ body: (LiveDoor) async throws -> Void) async throws {
        try await OperationChain.with(exitableAt: exitableAt) { chain async throws in
            let door = LiveDoor(chain: chain)
            for slot in 1...slots {
                try await chain.extend(to: slot)
                try await chain.node.submitAttestations(try await chain.votes(slot))
                try await chain.node.submitSyncCommitteeMessages(try await chain.syncMessages(slot))
            }
            try await body(door)
        }
    }

    func send(
        _ path: String, method: HTTPRequest.Method? = nil, accept: String? = nil, body: [UInt8]? = nil, type: String? = "application/json",
        version: String? = nil
    ) async throws -> TestResponse {
        let router = BeaconDoor(chain: chain.node, services: chain.node, peers: FixturePeers()).router()
        var headers: HTTPFields = [:]
        headers[.accept] = accept
        if let version, let name = HTTPField.Name("Eth-Consensus-Version") { headers[name] = version }
        if let body {
            headers[.contentType] = type
            headers[.contentLength] = String(body.count)
        }
        return try await Application(router: router).test(.router) { [headers] client in
            try await client.executeRequest(
                uri: path, method: method ?? (body == nil ? .get : .post), headers: headers, body: body.map { ByteBuffer(bytes: $0) })
        }
    }

    func send(_ path: String, post json: JSONValue) async throws -> TestResponse { try await send(path, body: json.utf8) }

    /// The whole JSON answer, which must be a success.
    func json(_ path: String, post body: JSONValue? = nil) async throws -> JSONValue {
        let response = try await send(path, body: body?.utf8)
        #expect(response.status == .ok, "\(path): \(String(buffer: response.body))")
        return try JSONValue(parsing: response.body.readableBytesView)
    }

    func data(_ path: String, post body: JSONValue? = nil) async throws -> JSONValue {
        try #require(try await json(path, post: body)["data"])
    }

    /// The status of an answer and its error message, if it has one.
    func refusal(_ path: String, post body: JSONValue) async throws -> (status: Int, message: String, failures: [Int]) {
        let response = try await send(path, post: body)
        let json = try? JSONValue(parsing: response.body.readableBytesView)
        return (
            response.status.code, json?["message"]?.string ?? "",
            json?["failures"]?.array?.compactMap { $0["index"]?.uint64.map { Int($0) } } ?? []
        )
    }
}
