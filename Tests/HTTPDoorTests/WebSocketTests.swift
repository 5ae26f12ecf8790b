import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import TestSockets
import Testing

@testable import HTTPDoor

/// Sends back what comes; `flood` makes it send without end.
private final class Echo: WebSocketHandler {
    let ends = AsyncStream.makeStream(of: Void.self)

    private struct Talk: WebSocketConversation {
        let connection: WebSocketConnection
        let end: AsyncStream<Void>.Continuation

        func take(_ message: [UInt8]) async {
            guard message == Array("flood".utf8) else { return connection.send(message) }
            while !Task.isCancelled {
                connection.send([UInt8](repeating: 0x78, count: 16_384))
                await Task.yield()
            }
        }

        func closed() { end.yield() }
    }

    func opened(_ connection: WebSocketConnection) -> any WebSocketConversation { Talk(connection: connection, end: ends.continuation) }
}

@Suite("WebSockets", .timeLimit(.minutes(1)))
struct WebSocketTests {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static var small: WebSocketLimits {
        var limits = WebSocketLimits()
        (limits.messageBytes, limits.fragments, limits.waitingBytes, limits.connections) = (1000, 4, 65_536, 2)
        limits.farewell = .milliseconds(50)
        return limits
    }

    /// Runs a door while `body` uses its port.
    private func served<Value: Sendable>(
        _ handler: Echo = Echo(), origins: OriginList = OriginList(), limits: WebSocketLimits = Self.small,
        _ body: @escaping @Sendable (Int, ServiceGroup) async throws -> Value
    ) async throws -> Value {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = WebSocketServer(
            name: "test", address: ListenAddress(port: 0), origins: origins, limits: limits, handler: handler, logger: Self.logger
        ) { continuation.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server, successTerminationBehavior: .ignore)], logger: Self.logger))
        let serving = Task { try await group.run() }
        guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
        let result = await Result { try await body(port, group) }
        await group.triggerGracefulShutdown()
        try await serving.value
        return try result.get()
    }

    @Test("the handshake and the frames of RFC 6455's examples")
    func examples() async throws {
        try await served { port, _ in
            try await RawWebSocket.connected(to: port) { socket in
                #expect(socket.head.hasPrefix("HTTP/1.1 101 "))
                #expect(socket.head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
                // "Hello" in one frame, then in two.
                try await socket.send([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])
                #expect(try await socket.next() == .init(opcode: 1, isLast: true, payload: Array("Hello".utf8)))
                try await socket.send(RawWebSocket.frame(1, Array("Hel".utf8), isLast: false))
                // A ping within a message is answered at once.
                try await socket.send(RawWebSocket.frame(9, [1, 2, 3]))
                #expect(try await socket.next() == .init(opcode: 10, isLast: true, payload: [1, 2, 3]))
                try await socket.send(RawWebSocket.frame(0, Array("lo".utf8)))
                #expect(try await socket.nextText() == "Hello")
                // A character may be cut between frames.
                try await socket.send(RawWebSocket.frame(2, [0xe2, 0x82], isLast: false) + RawWebSocket.frame(0, [0xac]))
                #expect(try await socket.nextText() == "€")
                try await socket.send(RawWebSocket.frame(8, [0x03, 0xe8]))
                #expect(try await socket.next()?.closeCode == 1000)
                #expect(try await socket.next() == nil)
            }
        }
    }

    static let hostile: [(String, [UInt8], Int)] = [
        ("no mask", [0x81, 0x02, 0x68, 0x69], 1002), ("a reserved bit", [0xc1, 0x80, 0, 0, 0, 0], 1002),
        ("an unknown opcode", [0x83, 0x80, 0, 0, 0, 0], 1002), ("a ping in parts", [0x09, 0x80, 0, 0, 0, 0], 1002),
        ("a close in parts", [0x08, 0x80, 0, 0, 0, 0], 1002),
        ("a long ping", RawWebSocket.frame(9, [UInt8](repeating: 0, count: 126)), 1002),
        ("a frame too long", RawWebSocket.frame(2, [UInt8](repeating: 0x61, count: 1001)), 1009),
        ("a length of 2^63", [0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1009),
        ("a length of 2^62", [0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1009),
        (
            "a message too long",
            RawWebSocket.frame(1, [UInt8](repeating: 0x61, count: 600), isLast: false)
                + RawWebSocket.frame(0, [UInt8](repeating: 0x61, count: 600)), 1009
        ),
        (
            "too many parts", RawWebSocket.frame(1, [], isLast: false) + (0..<5).flatMap { _ in RawWebSocket.frame(0, [], isLast: false) },
            1008
        ),
        ("text that is not UTF-8", RawWebSocket.frame(1, [0xc3, 0x28]), 1007),
        ("an overlong form", RawWebSocket.frame(1, [0xc0, 0xaf]), 1007),
        ("half a surrogate", RawWebSocket.frame(1, [0xed, 0xa0, 0x80]), 1007),
        ("bytes that are not UTF-8", RawWebSocket.frame(2, [0xff]), 1007),
        ("a message within a message", RawWebSocket.frame(1, [0x61], isLast: false) + RawWebSocket.frame(1, [0x61]), 1002),
        ("nothing to continue", RawWebSocket.frame(0, [0x61]), 1002), ("half a close code", RawWebSocket.frame(8, [3]), 1002),
        ("a close code that is none", RawWebSocket.frame(8, [0x03, 0xed]), 1002),
        ("a reason that is not UTF-8", RawWebSocket.frame(8, [0x03, 0xe8, 0xff]), 1007),
    ]

    @Test("hostile frames end the connection with the code that says why", arguments: hostile.indices)
    func hostileFrames(_ index: Int) async throws {
        let (name, bytes, code) = Self.hostile[index]
        try await served { port, _ in
            try await RawWebSocket.connected(to: port) { socket in
                try await socket.send(bytes)
                let frame = try await socket.next()
                #expect(frame?.closeCode == code, "\(name): \(frame.map { "\($0)" } ?? "end")")
                #expect(try await socket.next() == nil)
            }
        }
    }

    @Test("requests that do not become a WebSocket are told why")
    func refusals() async throws {
        let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        let cases: [(request: String?, headers: String, status: Int)] = [
            ("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "", 426),
            ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", "", 426),
            ("GET / HTTP/1.1\r\nHost: localhost\r\n\(upgrade)Sec-WebSocket-Version: 8\r\n\r\n", "", 426),
            ("\u{1}\u{2}\r\n\r\n", "", 400), (nil, "Origin: https://b.example\r\n", 403), (nil, "Origin: https://A.example\r\n", 101),
            (nil, "", 101),
        ]
        try await served(origins: OriginList(["https://a.example"])) { port, _ in
            for (request, headers, status) in cases {
                let head = try await RawWebSocket.connected(to: port, headers: headers, request: request) { $0.head }
                #expect(head.hasPrefix("HTTP/1.1 \(status) "), "\(request ?? headers): \(head.prefix(40))")
            }
        }
    }

    @Test("origins are compared as geth compares them")
    func origins() {
        let own = OriginList()
        #expect(
            own.allows(nil) && own.allows("http://localhost:3000") && own.allows("https://127.0.0.1") && own.allows("http://[::1]:8080"))
        #expect(!own.allows("https://evil.example") && !own.allows("null") && !own.allows("http://localhost.evil.example"))
        #expect(OriginList(["*"]).allows("https://evil.example"))
        let given = OriginList(["https://a.example", "b.example:81", "http://c.example:80"])
        #expect(given.allows("https://a.example:444") && !given.allows("http://a.example"))
        #expect(given.allows("http://b.example:81") && !given.allows("http://b.example") && given.allows("http://c.example:80"))
        #expect(!given.allows("http://localhost"))
    }

    @Test("one connection more than there may be is told so")
    func connections() async throws {
        try await served { port, _ in
            try await RawWebSocket.connected(to: port) { _ in
                try await RawWebSocket.connected(to: port) { _ in
                    let head = try await RawWebSocket.connected(to: port) { $0.head }
                    #expect(head.hasPrefix("HTTP/1.1 503 "))
                }
            }
        }
    }

    @Test("a client that never reads is dropped, and others are not")
    func slowReader() async throws {
        let echo = Echo()
        try await served(echo) { port, _ in
            try await RawWebSocket.connected(to: port) { slow in
                try await slow.send(text: "flood")
                var ends = echo.ends.stream.makeAsyncIterator()
                await ends.next()
                try await RawWebSocket.connected(to: port) { other in
                    try await other.send(text: "hello")
                    #expect(try await other.nextText() == "hello")
                }
            }
        }
    }

    @Test("a client that reads, but too slowly, is told so before the end")
    func closeCode() async throws {
        var limits = Self.small
        limits.farewell = .seconds(30)
        try await served(limits: limits) { port, _ in
            try await RawWebSocket.connected(to: port) { slow in
                try await slow.send(text: "flood")
                var last: RawWebSocket.Frame?
                while let frame = try await slow.next() {
                    last = frame
                    if frame.opcode == 8 { break }
                    await Task.yield()
                }
                #expect(last?.closeCode == 1008)
                try await slow.send(RawWebSocket.frame(8, [0x03, 0xf0]))
                #expect(try await slow.next() == nil)
            }
        }
    }

    @Test("a client that does not answer a ping is dropped")
    func pings() async throws {
        var limits = Self.small
        limits.pingInterval = .milliseconds(100)
        try await served(limits: limits) { port, _ in
            try await RawWebSocket.connected(to: port) { socket in
                var opcodes: [UInt8] = []
                var last: RawWebSocket.Frame?
                while last?.opcode != 8, let frame = try await socket.next() {
                    opcodes.append(frame.opcode)
                    last = frame
                }
                #expect(last?.closeCode == 1008 && opcodes.first == 9 && opcodes.dropLast().allSatisfy { $0 == 9 })
            }
        }
    }

    @Test("a node that stops says so")
    func shutdown() async throws {
        try await served { port, group in
            try await RawWebSocket.connected(to: port) { socket in
                await group.triggerGracefulShutdown()
                let frame = try await socket.next()
                #expect(frame?.closeCode == 1001)
            }
        }
    }
}

extension Result where Failure == any Error {
    /// What `body` came to.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
