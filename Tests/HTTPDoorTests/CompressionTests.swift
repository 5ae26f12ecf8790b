import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import HTTPDoor

/// Answers as gzip, unpacked by the system's own `gzip`.
@Suite("Compressed answers", .serialized)
struct CompressionTests {
    private static let text = String((0..<40_000).map { "\($0 * $0 % 977)," }.joined())

    private var application: some ApplicationProtocol {
        let router = DoorRouter.door()
        router.get("/long") { _, _ in Response.bytes(Array(Self.text.utf8), type: "application/json") }
        router.get("/short") { _, _ in Response.bytes(Array("{}".utf8), type: "application/json") }
        router.get("/picture") { _, _ in Response.bytes([UInt8](repeating: 7, count: 5000), type: "image/png") }
        router.get("/events") { _, _ in
            Response.serverSentEvents(AsyncStream<Int> { $0.finish() }) { ServerSentEvent(event: "n", data: "\($0)") }
        }
        return Application(router: router)
    }

    private func unpack(_ bytes: [UInt8]) throws -> String {
        let folder = TemporaryFolder()
        try Data(bytes).write(to: URL(filePath: folder.path("a.gz")))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-d", folder.path("a.gz")]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try String(contentsOfFile: folder.path("a"), encoding: .utf8)
    }

    @Test(
        "Who asks gets gzip that unpacks to the same, others get it plain", arguments: ["gzip", "br, GZIP;q=0.5", "*", "deflate;q=1, gzip"])
    func compressed(accepted: String) async throws {
        try await application.test(.router) { client in
            let plain = try await client.executeRequest(uri: "/long", method: .get, headers: [:], body: nil)
            #expect(String(buffer: plain.body) == Self.text && plain.headers[.contentEncoding] == nil)
            #expect(plain.headers[.vary] == "Accept-Encoding")
            let packed = try await client.executeRequest(uri: "/long", method: .get, headers: [.acceptEncoding: accepted], body: nil)
            #expect(packed.headers[.contentEncoding] == "gzip" && packed.body.readableBytes < Self.text.utf8.count / 2)
            #expect(try unpack(Array(packed.body.readableBytesView)) == Self.text)
        }
    }

    @Test("Nobody gets it who refuses it", arguments: ["identity", "gzip;q=0", "br", "", "*;q=0", "gzip;q=0, *"])
    func refused(accepted: String) async throws {
        try await application.test(.router) { client in
            let answer = try await client.executeRequest(uri: "/long", method: .get, headers: [.acceptEncoding: accepted], body: nil)
            #expect(answer.headers[.contentEncoding] == nil && String(buffer: answer.body) == Self.text)
        }
    }

    @Test("Short answers, pictures and streams stay as they are", arguments: ["/short", "/picture", "/events"])
    func untouched(path: String) async throws {
        try await application.test(.router) { client in
            let answer = try await client.executeRequest(uri: path, method: .get, headers: [.acceptEncoding: "gzip"], body: nil)
            #expect(answer.status == .ok && answer.headers[.contentEncoding] == nil)
        }
    }

    @Test("When as many as may are being compressed, the next is sent plain")
    func bounded() async throws {
        let slots = (0..<CompressionSlot.limit).map { _ in CompressionSlot() }
        #expect(slots.allSatisfy { $0 != nil })
        try await application.test(.router) { client in
            let answer = try await client.executeRequest(uri: "/long", method: .get, headers: [.acceptEncoding: "gzip"], body: nil)
            #expect(answer.headers[.contentEncoding] == nil && String(buffer: answer.body) == Self.text)
        }
        withExtendedLifetime(slots) {}
    }
}
