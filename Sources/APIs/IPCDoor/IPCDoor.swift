import Foundation
public import JSONRPCCore
public import Logging
import NIOCore
import NIOPosix
import Synchronization

/// JSON-RPC over a socket in the file system, as geth's `geth.ipc`: who may open the file may call everything.
public struct IPCDoor: Sendable {
    /// Clients at once; more wait for the place of one.
    static let connections = 64
    /// The system keeps paths of sockets in so many bytes.
    static let longestPath = 103 - privateName.utf8.count
    /// Behind the path while nobody else may open the socket.
    static let privateName = "~/s"

    /// Why the socket could not be opened.
    public struct Failure: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    private let path: String
    private let dispatcher: RPCDispatcher
    private let limits: RPCLimits
    private let logger: Logger

    public init(path: String, dispatcher: RPCDispatcher, limits: RPCLimits = RPCLimits(), logger: Logger) {
        (self.path, self.dispatcher, self.limits, self.logger) = (path, dispatcher, limits, logger)
    }

    /// Serves until it is cancelled; the file goes away with it.
    public func run() async throws {
        guard path.utf8.count <= Self.longestPath else {
            throw Failure(description: "the IPC socket's path is longer than \(Self.longestPath) bytes, name another by --ipcpath: \(path)")
        }
        let server: NIOAsyncChannel<any Channel, Never>
        let clients = Clients()
        let files = FileManager.default
        do {
            let kind = try? files.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            guard kind == nil || kind == .typeSocket else { throw Failure(description: "there is another file") }
            // In a folder of this user's alone until its own mode is set: no connection comes before.
            let (folder, hidden) = ("\(path)~", path + Self.privateName)
            Self.removeHidden(folder, socket: hidden)
            try files.createDirectory(atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            defer { Self.removeHidden(folder, socket: hidden) }
            if kind != nil { try files.removeItem(atPath: path) }
            server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelOption(.autoRead, value: false)
                .bind(unixDomainSocketPath: hidden) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        clients.add(channel)
                        return channel
                    }
                }
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: hidden)
            try files.moveItem(atPath: hidden, toPath: path)
        } catch {
            throw Failure(description: "cannot open the IPC socket \(path): \(error)")
        }
        defer {
            try? files.removeItem(atPath: path)
            clients.close()
        }
        logger.info("IPC socket opened", metadata: ["path": "\(path)"])
        try await server.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                let room = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(Self.connections))
                for _ in 0..<Self.connections { room.continuation.yield() }
                var places = room.stream.makeAsyncIterator()
                for try await connection in inbound {
                    // Who comes when all places are taken waits for one.
                    guard await places.next() != nil else { return }
                    group.addTask {
                        await serve(connection)
                        room.continuation.yield()
                    }
                }
            }
        }
    }

    /// Removes what a door has beside its path, or had when its process was killed, and nothing else: a folder in which anything else
    /// lies is somebody's, and stays.
    private static func removeHidden(_ folder: String, socket: String) {
        var status = stat()
        if lstat(socket, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(socket) }
        rmdir(folder)
    }

    /// Every client, so that none outlives the door: one that comes while it closes is served by nobody.
    private final class Clients: Sendable {
        private struct State {
            var channels: [ObjectIdentifier: any Channel] = [:]
            var isClosed = false
        }

        private let state = Mutex(State())

        func add(_ channel: any Channel) {
            let isClosed = state.withLock { state in
                if !state.isClosed { state.channels[ObjectIdentifier(channel)] = channel }
                return state.isClosed
            }
            guard !isClosed else { return channel.close(promise: nil) }
            channel.closeFuture.whenComplete { [weak self] _ in
                self?.state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
            }
        }

        func close() {
            let channels = state.withLock { state in
                state.isClosed = true
                return Array(state.channels.values)
            }
            for channel in channels { channel.close(promise: nil) }
        }
    }

    /// Reading begins here and not before: a channel that is wrapped has to be served, and not every one that comes is.
    private static func wrapped(_ channel: any Channel) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await channel.eventLoop.submit {
            guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
            let wrapped = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return wrapped
        }.get()
    }

    private func serve(_ channel: any Channel) async {
        guard let connection = try? await Self.wrapped(channel) else { return channel.close(promise: nil) }
        // What is not JSON ends the connection, as it does with geth.
        try? await connection.executeThenClose { inbound, outbound in
            var framing = JSONFraming(limit: limits.requestBytes)
            for try await bytes in inbound {
                for text in framing.texts(from: bytes.readableBytesView) {
                    guard let answer = await dispatcher.answer(text) else { continue }
                    try await outbound.write(ByteBuffer(bytes: answer + [0x0a]))
                }
                if let failure = framing.failure { throw failure }
            }
        }
    }
}
