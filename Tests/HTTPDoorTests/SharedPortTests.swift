import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import Testing

@testable import HTTPDoor

@Suite("A door that shares its port")
struct SharedPortTests {
    private struct Hello: Door {
        static let name = "hello"
        func router() -> DoorRouter {
            let router = DoorRouter.door()
            router.get("/hello") { _, _ in "hello" }
            return router
        }
    }

    /// Answers every chunk with itself.
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.writeAndFlush(data, promise: nil) }
    }

    /// What comes on a connection after `sent` was written, until `count` bytes are there.
    private static func exchange(_ sent: [UInt8], port: Int, count: Int) async throws -> [UInt8] {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) {
            channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel) }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: sent))
            var bytes: [UInt8] = []
            for try await more in inbound {
                bytes += Array(more.readableBytesView)
                if bytes.count >= count { break }
            }
            return bytes
        }
    }

    @Test("a first byte decides, silent ones hold nobody up, and the door stops with all kinds open", .timeLimit(.minutes(1)))
    func shared() async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (ports, opened) = AsyncStream.makeStream(of: Int.self)
        let door = Hello().server(
            at: ListenAddress(host: "127.0.0.1", port: 0), logger: logger,
            shared: SharedPort(firstByte: 0x13) { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            },
            onListening: { opened.yield($0) })
        let group = ServiceGroup(configuration: .init(services: [.init(service: door)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let silent = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port)
                .get()
            let other: [UInt8] = [0x13] + Array("/multistream".utf8)
            #expect(try await Self.exchange(other, port: port, count: other.count) == other)
            let request = Array("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
            let answer = String(decoding: try await Self.exchange(request, port: port, count: 20), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            let open = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port).get()
            try await open.writeAndFlush(ByteBuffer(bytes: other))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try? await silent.close()
            try? await open.close()
        }
    }
}
