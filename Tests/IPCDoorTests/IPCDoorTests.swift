import Foundation
import JSON
import JSONRPCCore
import Logging
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import IPCDoor

@Suite("JSON-RPC over a socket in the file system", .timeLimit(.minutes(1)))
struct IPCDoorTests {
    @Test("clients are answered one after another, what is no JSON ends the connection, and the file goes with the door")
    func answers() async throws {
        let folder = TemporaryFolder()
        let path = folder.path("i")
        var dispatcher = RPCDispatcher(logger: Logger(label: "test"))
        dispatcher.register("echo") { parameters in parameters.optional(0) ?? .null }
        let door = IPCDoor(path: path, dispatcher: dispatcher, logger: Logger(label: "test"))
        let task = Task { try await door.run() }
        func mode() -> Int? { (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int }
        // It listens before nobody else may open it.
        var first = mode()
        while first == nil {
            await Task.yield()
            first = mode()
        }
        #expect(first == 0o600)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let client = try await bootstrap.connect(unixDomainSocketPath: path) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        let answer = try await client.executeThenClose { inbound, outbound in
            let calls = #"{"jsonrpc":"2.0","id":1,"method":"echo","params":[5]}{"jsonrpc":"2.0","id":2,"method":"none","params":[]}x"#
            // Wherever it is cut.
            try await outbound.write(ByteBuffer(string: String(calls.prefix(70))))
            try await outbound.write(ByteBuffer(string: String(calls.dropFirst(70))))
            var text = ""
            for try await bytes in inbound { text += String(buffer: bytes) }
            return text
        }
        let lines = answer.split(separator: "\n")
        try #require(lines.count == 2)
        #expect(try JSONValue(parsing: lines[0].utf8)["result"] == 5)
        #expect(lines[1].contains("-32601"))
        task.cancel()
        _ = await task.result
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(!FileManager.default.fileExists(atPath: path + "~"))
        // What is no socket is not taken for one that was left behind.
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        await #expect(throws: IPCDoor.Failure.self) { try await door.run() }
        #expect(FileManager.default.fileExists(atPath: path))
        // A folder of that name in which something lies is the user's.
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path + "~", withIntermediateDirectories: false)
        #expect(FileManager.default.createFile(atPath: path + "~/s", contents: Data([1])))
        await #expect(throws: IPCDoor.Failure.self) { try await door.run() }
        #expect(FileManager.default.contents(atPath: path + "~/s") == Data([1]))
        let long = IPCDoor(path: folder.path(String(repeating: "x", count: 100)), dispatcher: dispatcher, logger: Logger(label: "test"))
        await #expect(throws: IPCDoor.Failure.self) { try await long.run() }
    }

    /// Tells when the first bytes came, or that none will.
    private final class FirstRead: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let promise: EventLoopPromise<Void>

        init(_ promise: EventLoopPromise<Void>) { self.promise = promise }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { promise.succeed(()) }
        func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
    }

    @Test("who waits for a place when the door closes is closed with it")
    func waiting() async throws {
        let folder = TemporaryFolder()
        let path = folder.path("i")
        let door = IPCDoor(path: path, dispatcher: RPCDispatcher(logger: Logger(label: "test")), logger: Logger(label: "test"))
        let task = Task { try await door.run() }
        while !FileManager.default.fileExists(atPath: path) { await Task.yield() }
        var clients: [any Channel] = []
        for number in 0...IPCDoor.connections {
            let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(unixDomainSocketPath: path).get()
            clients.append(client)
            // The last one finds all places taken.
            guard number < IPCDoor.connections else { break }
            let answered = client.eventLoop.makePromise(of: Void.self)
            try await client.eventLoop.submit { try client.pipeline.syncOperations.addHandler(FirstRead(answered)) }.get()
            try await client.writeAndFlush(ByteBuffer(string: #"{"jsonrpc":"2.0","id":1,"method":"none","params":[]}"#))
            try await answered.futureResult.get()
        }
        task.cancel()
        _ = await task.result
        for client in clients { try await client.closeFuture.get() }
    }
}
