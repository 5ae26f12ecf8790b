import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import HTTPDoor

/// Raw bytes in, the raw answer out.
@Suite("Faulty framing on sockets", .timeLimit(.minutes(1)))
struct FramingTests {
    static let post = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"

    /// What the door answers to `request` until it closes the connection, or until `isEnough`.
    private func exchange(
        _ requests: [String], access: DoorAccess = DoorAccess(), until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }
    ) async throws -> String {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = FixtureDoor().server(at: ListenAddress(port: 0), access: access, logger: logger) { continuation.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var answer = ""
            for await port in ports {
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port) { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                        }
                    }
                answer = try await channel.executeThenClose { inbound, outbound in
                    for request in requests { try await outbound.write(ByteBuffer(string: request)) }
                    var text = ""
                    for try await bytes in inbound {
                        text += String(buffer: bytes)
                        if isEnough(text) { break }
                    }
                    return text
                }
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return answer
        }
    }

    @Test(
        "Faults are 400 or 501 with the JSON body, and end the connection",
        arguments: [
            (post + "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "501"),
            (post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc", "400"),
            (post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", "400"),
            (post + "Content-Length: x\r\n\r\n", "400"),
            (post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400"),
            ("GET / NONSENSE\r\n\r\n", "400"), ("\u{1}\u{2}\u{3}\r\n\r\n", "400"),
            ("GET /ok HTTP/1.1\r\n\r\n", "400"), ("GET /ok HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"),
            ("GET /ok HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403"),
            ("POST /echo HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 3\r\n\r\nabc", "403"),
            ("POST /echo HTTP/1.1\r\nHost: evil.example\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc", "400"),
            ("GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\nHost: localhost\r\n\r\n", "414"),
            ("GET /ok HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 100_000))\r\n\r\n", "431"),
            (post + "Content-Length: 101\r\n\r\n", "413"),
        ])
    func faults(request: String, status: String) async throws {
        let answer = try await exchange([request])
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(60))")
        #expect(answer.contains("{\"code\":\(status),\"message\":"))
        #expect(answer.lowercased().contains("connection: close"))
    }

    @Test("A request before the faulty one is answered first")
    func pipelined() async throws {
        let answer = try await exchange(["GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\nGET /ok HTTP/1.1\r\n\r\n"])
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("HTTP/1.1 400 "))
    }

    @Test("100-continue is answered before the body comes")
    func expectation() async throws {
        let head = Self.post + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
        let answer = try await exchange([head]) { $0.hasSuffix("\r\n\r\n") }
        #expect(answer.hasPrefix("HTTP/1.1 100 "))
        let both = try await exchange([head, "abc"]) { $0.hasSuffix("abc") }
        #expect(both.contains("HTTP/1.1 200 "))
    }

    @Test("Other methods of a path are refused with those it has")
    func methods() async throws {
        let answer = try await exchange(["DELETE /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"])
        #expect(answer.hasPrefix("HTTP/1.1 405 "))
        #expect(answer.lowercased().contains("allow: post"))
    }

    @Test("Only named origins may read a door that names some")
    func origins() async throws {
        let access = DoorAccess(origins: ["https://a.example"])
        let get = "GET /ok HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: "
        let allowed = try await exchange([get + "https://a.example\r\n\r\n"], access: access)
        #expect(allowed.lowercased().contains("access-control-allow-origin: https://a.example"))
        let refused = try await exchange([get + "https://b.example\r\n\r\n"], access: access)
        #expect(!refused.lowercased().contains("access-control-allow-origin"))
    }
}
