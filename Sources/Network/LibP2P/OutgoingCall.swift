import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection that begins, and ends at once where nobody waits for it any more: a dial that lost its race holds up
/// nobody until the network has given up on it.
final class OutgoingCall: Sendable {
    private let loop: any EventLoop
    private let patience: Duration
    private let state = Mutex<(channel: (any Channel)?, isOver: Bool)>((nil, false))

    init(loop: any EventLoop, patience: Duration) { (self.loop, self.patience) = (loop, patience) }

    /// - Parameter exit: the address that it leaves from.
    func connect(_ host: String, _ port: Int, from exit: SocketAddress?) async throws -> any Channel {
        var bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(patience))
            // A peer that speaks first would speak to nobody before the handler is there.
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 128 * 1024, high: 512 * 1024))
            .channelInitializer { channel in
                self.hold(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        if let exit {
            bootstrap = bootstrap.channelOption(Host.reusePort, value: 1).channelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(to: exit)
        }
        let connecting = bootstrap.connect(host: host, port: port)
        return try await withTaskCancellationHandler {
            try await connecting.get()
        } onCancel: {
            let channel = state.withLock { state in
                state.isOver = true
                return state.channel
            }
            channel?.close(promise: nil)
        }
    }

    private func hold(_ channel: any Channel) {
        let isOver = state.withLock { state in
            state.channel = channel
            return state.isOver
        }
        if isOver { channel.eventLoop.execute { channel.close(promise: nil) } }
    }
}
