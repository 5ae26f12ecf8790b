import Glibc
import NIOCore
import NIOPosix

/// A channel whose other end is a stream of another connection: what a relayed connection runs over.
///
/// A pair of connected sockets stands between the two, so that a relayed connection is a channel like any other, with its
/// event loop, its back-pressure and its security in the pipeline. Relays grant little; the copy costs nothing that counts.
struct StreamBridge: Sendable {
    /// For the connection's handlers; it does not read until it is told to.
    let near: any Channel
    private let far: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    static func open(on loop: any EventLoop) async throws -> StreamBridge {
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw IOError(errnoCode: errno, reason: "socketpair")
        }
        let near = try await ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelOption(.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 128 * 1024))
            .withConnectedSocket(ends[0]).get()
        let far = try await ClientBootstrap(group: loop).withConnectedSocket(ends[1]) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        return StreamBridge(near: near, far: far)
    }

    /// Carries bytes between the channel and `stream` until either ends.
    /// - Parameter early: what was read of the stream already.
    func carry(_ stream: PeerStream, early: ByteBuffer) async {
        try? await far.executeThenClose { inbound, outbound in
            if early.readableBytes > 0 { try await outbound.write(early) }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { for try await bytes in inbound { try await stream.write(bytes) } }
                tasks.addTask { while let bytes = try await stream.read() { try await outbound.write(bytes) } }
                try await tasks.next()
                tasks.cancelAll()
            }
        }
        stream.close()
    }
}
