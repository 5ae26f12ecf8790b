import BeaconAPI
import BeaconNode
import BeaconTypes
import FuzzDriver
import Hummingbird
import HummingbirdTesting
import Primitives
import SSZ
import ServiceInterfaces
import TestChains

extension FuzzTarget {
    /// A request as text: method, path with query, content type and `Accept` in a line each, then the body.
    static let beaconREST = FuzzTarget(
        "beacon-rest", "beacon REST requests against the door of a real node", maximumLength: 4096,
        words: RESTRequestSeeds.words
    ) { _ in
        let door = try waiting { try await LiveNode() }
        return Prepared(seeds: RESTRequestSeeds.all) { bytes in
            let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 4, omittingEmptySubsequences: false)
            guard lines.count >= 4 else { return }
            let head = lines.prefix(4).map { String(decoding: $0, as: UTF8.self) }
            // Event streams do not end.
            guard head[1].hasPrefix("/"), !head[1].contains("events") else { return }
            let body = lines.count > 4 ? Array(lines[4]) : []
            try waiting { try await door.send(head[0], head[1], type: head[2], accept: head[3], body) }
        }
    }
}

/// A node with three blocks and their votes, and its door.
private struct LiveNode: Sendable {
    private let send: @Sendable (String, HTTPFields, [UInt8]?) async throws -> TestResponse

    init() async throws {
        let chain = try OperationChain()
        for slot in Slot(1)...3 {
            try await chain.extend(to: slot)
            try await chain.node.submitAttestations(try await chain.votes(slot))
            try await chain.node.submitSyncCommitteeMessages(try await chain.syncMessages(slot))
        }
        let application = Application(router: BeaconDoor(chain: chain.node, services: chain.node).router())
        send = { path, headers, body in
            try await application.test(.router) { client in
                try await client.executeRequest(
                    uri: path, method: body == nil ? .get : .post, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
            }
        }
    }

    func send(_ method: String, _ path: String, type: String, accept: String, _ body: [UInt8]) async throws {
        let isPost = method == "POST"
        var headers: HTTPFields = [:]
        if !accept.isEmpty { headers[.accept] = accept }
        if isPost {
            headers[.contentType] = type
            headers[.contentLength] = String(body.count)
        }
        let response = try await send(path, headers, isPost ? body : nil)
        // A request may be wrong; it may not make the node fail.
        promise(response.status.code != 500, "\(method) \(path): \(String(buffer: response.body).prefix(200))")
    }
}
