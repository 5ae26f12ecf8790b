import Foundation
import HTTPDoor
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

/// A door with one route of each kind.
struct FixtureDoor: Door {
    static let name = "fixture"
    struct Surprise: Error {}

    func router() -> DoorRouter {
        let router = DoorRouter.door()
        router.get("/ok") { _, _ in Response.json(["answer": 42]) }
        router.get("/teapot") { _, _ -> Response in throw DoorError(.init(code: 418), "no coffee", hint: "ask for tea") }
        router.get("/surprise") { _, _ -> Response in throw Surprise() }
        router.get("/negotiate") { request, _ in
            Response.bytes([], type: try request.negotiate(["application/json", "application/octet-stream"]))
        }
        router.post("/echo") { request, _ in Response.bytes(try await request.bytes(upTo: 100), type: request.mediaType ?? "none/none") }
        router.get("/events") { _, _ in
            let numbers = AsyncStream<Int> { continuation in
                for number in 0..<3 { continuation.yield(number) }
                continuation.finish()
            }
            return Response.serverSentEvents(numbers) { $0 == 1 ? nil : ServerSentEvent(event: "n", data: "line \($0)\nend") }
        }
        router.get("/endless") { _, _ in
            Response.serverSentEvents(AsyncStream<Int> { _ in }, keepAlive: .milliseconds(20)) { _ in nil }
        }
        router.refuseOtherMethods()
        return router
    }
}

@Suite("Doors in memory")
struct DoorTests {
    let application = Application(router: FixtureDoor().router())

    @Test("Errors are JSON with code, message and hint")
    func errors() async throws {
        try await application.test(.router) { client in
            let teapot = try await client.executeRequest(uri: "/teapot", method: .get, headers: [:], body: nil)
            #expect(teapot.status.code == 418)
            #expect(String(buffer: teapot.body) == #"{"code":418,"message":"no coffee","hint":"ask for tea"}"#)
            let missing = try await client.executeRequest(uri: "/nowhere", method: .get, headers: [:], body: nil)
            #expect(missing.status == .notFound)
            #expect(try JSONValue(parsing: missing.body.readableBytesView)["message"]?.string == "no such path: GET /nowhere")
            let surprise = try await client.executeRequest(uri: "/surprise", method: .get, headers: [:], body: nil)
            #expect(surprise.status == .internalServerError)
            #expect(!String(buffer: surprise.body).contains("Surprise"))
        }
    }

    @Test("Browsers of any origin may read, also errors")
    func crossOrigin() async throws {
        try await application.test(.router) { client in
            for path in ["/ok", "/teapot", "/nowhere"] {
                let response = try await client.executeRequest(uri: path, method: .get, headers: [.origin: "https://a.example"], body: nil)
                #expect(response.headers[.accessControlAllowOrigin] == "*", "\(path)")
            }
            let preflight = try await client.executeRequest(
                uri: "/echo", method: .options, headers: [.origin: "https://a.example"], body: nil)
            #expect(preflight.status == .noContent)
            #expect(preflight.headers[.accessControlAllowHeaders]?.contains("content-type") == true)
        }
    }

    @Test("Bodies are limited before they are held")
    func bodyLimit() async throws {
        try await application.test(.router) { client in
            let fits = try await client.executeRequest(
                uri: "/echo", method: .post, headers: [.contentType: " Text/Plain ; charset=x"], body: ByteBuffer(repeating: 65, count: 100)
            )
            #expect(fits.status == .ok)
            #expect(fits.headers[.contentType] == "text/plain")
            let large = try await client.executeRequest(
                uri: "/echo", method: .post, headers: [:], body: ByteBuffer(repeating: 65, count: 101))
            #expect(large.status == .contentTooLarge)
            let announced = try await client.executeRequest(
                uri: "/echo", method: .post, headers: [.contentLength: "99999999999"], body: nil)
            #expect(announced.status == .contentTooLarge)
        }
    }

    @Test(
        "The Accept header decides",
        arguments: [
            (nil, "application/json"), ("*/*", "application/json"), ("application/octet-stream", "application/octet-stream"),
            ("application/octet-stream;q=1.0,application/json;q=0.9", "application/octet-stream"),
            ("application/json;q=0.1, application/*", "application/octet-stream"),
            ("application/octet-stream, application/json", "application/json"),
            ("nonsense", "application/json"), ("text/html", nil), ("application/json;q=0", nil),
        ] as [(String?, String?)])
    func negotiation(accept: String?, type: String?) async throws {
        try await application.test(.router) { client in
            let response = try await client.executeRequest(
                uri: "/negotiate", method: .get, headers: accept.map { [.accept: $0] } ?? [:], body: nil)
            #expect(response.status.code == (type == nil ? 406 : 200))
            if let type { #expect(response.headers[.contentType] == type) }
        }
    }

    @Test("Events follow the wire format")
    func events() async throws {
        try await application.test(.router) { client in
            let response = try await client.executeRequest(uri: "/events", method: .get, headers: [:], body: nil)
            #expect(response.headers[.contentType] == "text/event-stream")
            #expect(
                String(buffer: response.body)
                    == "retry: 1000\n\nevent: n\ndata: line 0\ndata: end\n\nevent: n\ndata: line 2\ndata: end\n\n")
        }
    }
}

@Suite("Doors on sockets")
struct DoorServerTests {
    /// The test client names no host by itself.
    static let host: HTTPFields = {
        var fields = HTTPFields()
        if let name = HTTPField.Name("Host") { fields[name] = "localhost" }
        return fields
    }()
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs the door on a free port while `body` uses it.
    func withServer(_ body: @Sendable @escaping (Int) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = FixtureDoor().server(at: ListenAddress(port: 0), logger: logger) { continuation.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                try await body(port)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("A port answers, and HEAD needs no body")
    func listens() async throws {
        try await withServer { port in
            try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
                let response = try await client.get("/ok", headers: Self.host)
                #expect(response.status == .ok)
                #expect(response.body.map { String(buffer: $0) } == #"{"answer":42}"#)
            }
            try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
                let response = try await client.head("/ok", headers: Self.host)
                #expect(response.status == .ok)
            }
        }
    }

    @Test("A taken port is one clear line")
    func takenPort() async throws {
        try await withServer { port in
            let address = ListenAddress(port: port)
            let expected = ListenError.inUse(name: "fixture", address: address)
            await #expect(throws: expected) { try await FixtureDoor().server(at: address, logger: logger).run() }
            await #expect(throws: expected) { try await DoorServer.checkAvailable(address, name: "fixture") }
            #expect(expected.description.hasPrefix("port \(port) (fixture) is already in use: "))
            #expect(!expected.description.contains("\n"))
        }
    }

    @Test("Foreign addresses and unknown hosts are told apart")
    func badAddresses() async throws {
        let foreign = ListenAddress(host: "192.0.2.1", port: 0)
        await #expect(throws: ListenError.notAnAddressOfThisMachine(name: "x", address: foreign)) {
            try await DoorServer.checkAvailable(foreign, name: "x")
        }
        let unknown = ListenAddress(host: "no-such-host.invalid", port: 0)
        await #expect(throws: ListenError.unknownHost(name: "x", address: unknown)) {
            try await DoorServer.checkAvailable(unknown, name: "x")
        }
        try await DoorServer.checkAvailable(ListenAddress(port: 0), name: "x")
    }

    @Test("An open event stream does not hold up the shutdown: it is ended, and so is its connection", .timeLimit(.minutes(1)))
    func shutdownEndsStreams() async throws {
        let streaming = Count()
        let reading = Mutex<Task<String, any Error>?>(nil)
        try await withServer { port in
            let task = Task {
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port) { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                        }
                    }
                return try await channel.executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(string: "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                    var text = ""
                    for try await bytes in inbound {
                        text += String(buffer: bytes)
                        // The stream runs: its head and a sign of life have come.
                        if text.contains("\n:\n\n") { streaming.add() }
                    }
                    return text
                }
            }
            reading.withLock { $0 = task }
            await streaming.reaches(1)
        }
        // The server has ended by here. The client read on until the connection closed.
        let text = try await #require(reading.withLock { $0 }).value
        #expect(text.hasPrefix("HTTP/1.1 200 "))
        #expect(text.hasSuffix("0\r\n\r\n"), "the stream broke off: \(text.suffix(40))")
    }
}
