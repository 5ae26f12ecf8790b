import LibP2PProtocols
import NIOCore
import PeerIdentity

/// Drives a `ConnectionMachine` with a channel's bytes. Everything here runs on the channel's event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a connection tells its host.
    struct Callbacks: Sendable {
        /// The peer is known; an error refuses the connection.
        var established: @Sendable (PeerConnection, RemotePublicKey) throws -> Void
        var closed: @Sendable (PeerConnection, PeerID?) -> Void
        var protocols: @Sendable () -> [String]
        var tls: @Sendable () throws -> TLSSecurity
        /// The peer opened a stream and agreed on its protocol.
        var inbound: @Sendable (PeerStream) -> Void
        /// A stream's protocol is agreed (and whether this host opened it), or it ends: for the resource scopes.
        var streamOpened: @Sendable (PeerID, String, _ isOwn: Bool) throws -> Void
        var streamClosed: @Sendable (PeerID, String) -> Void
        /// The windows of a peer's streams want to grow by so many bytes, or have fallen by so many.
        var grow: @Sendable (PeerID, Int) -> Bool
        var shrink: @Sendable (PeerID, Int) -> Void
    }

    static let handshakeTimeout = TimeAmount.seconds(15)
    static let negotiationTimeout = TimeAmount.seconds(10)
    /// How long a stream that is closed here may stay half open.
    static let lingering = TimeAmount.seconds(30)
    /// How often a peer is asked whether it lives; one that has not answered by the next time is let go.
    static let heartbeat = TimeAmount.seconds(30)

    var machine: ConnectionMachine
    let callbacks: Callbacks
    let attempt: ConnectionAttempt
    let ready: EventLoopPromise<PeerConnection>
    var streams: [YamuxStreamID: StreamPort] = [:]
    var waitingWriters: Set<YamuxStreamID> = []
    var remote: PeerID?
    /// By how much the windows have grown that the ledger knows of.
    var grown = 0
    private var connection: PeerConnection?
    private var context: ChannelHandlerContext?
    private var deadline: Scheduled<Void>?
    private var failure: HostError?
    private var heartbeat: RepeatedTask?
    private var pingSent: NIODeadline?
    /// What TLS found out about the peer, once TLS has begun.
    var verdict: TLSSecurity.Verdict?

    init(machine: ConnectionMachine, attempt: ConnectionAttempt, ready: EventLoopPromise<PeerConnection>, callbacks: Callbacks) {
        (self.machine, self.attempt, self.ready, self.callbacks) = (machine, attempt, ready, callbacks)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection = PeerConnection(attempt, channel: context.channel, handler: self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: Self.handshakeTimeout) { bound.value.fail(.timedOut("the handshake")) }
        if context.channel.isActive { begin() }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin()
        context.fireChannelActive()
    }

    private func begin() {
        guard deadline != nil, remote == nil else { return }
        do { try machine.start() } catch { return fail(.connection(error)) }
        flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(ConnectionError) { take(try machine.receive(unwrapInboundIn(data))) } catch {
            // Whatever explains the end to the peer still goes out.
            flush()
            fail(.connection(error))
        }
    }

    func take(_ events: [ConnectionMachine.Event]) {
        for event in events {
            switch event {
            case .startTLS(let early): if let context { startTLS(early, context: context) }
            case .established(let key): establish(key)
            case .stream(let event): handle(event)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { flush() }

    func channelWritabilityChanged(context: ChannelHandlerContext) { flush() }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed)
        context.fireChannelInactive()
    }

    private func establish(_ key: RemotePublicKey) {
        guard let connection else { return }
        do { try callbacks.established(connection, key) } catch {
            return fail((error as? ResourceLedger.Exceeded).map { .resources($0) } ?? error as? HostError ?? .closed)
        }
        remote = key.peerID
        deadline?.cancel()
        if let loop {
            let bound = NIOLoopBound(self, eventLoop: loop)
            heartbeat = loop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.heartbeat) { _ in bound.value.beat() }
        }
        ready.succeed(connection)
    }

    /// Measures the round trip that windows grow by, and notices a peer that is gone without a word.
    private func beat() {
        guard pingSent == nil else { return fail(.timedOut("the peer's sign of life")) }
        pingSent = .now()
        machine.session.ping(0)
        flush()
    }

    /// The peer answered the last heartbeat.
    func pong() {
        guard let sent = pingSent else { return }
        pingSent = nil
        machine.session.roundTrip = UInt64(max(1, (NIODeadline.now() - sent).nanoseconds))
    }

    /// Writes while the channel takes it; then wakes the writers whose bytes have gone.
    func flush() {
        guard let context, failure == nil else { return }
        var wrote = false
        do {
            while context.channel.isWritable, let output = try machine.nextOutput() {
                context.write(wrapOutboundOut(output), promise: nil)
                wrote = true
            }
        } catch {
            return fail(.connection(error))
        }
        if wrote { context.flush() }
        settle(machine.session.grownBytes)
        for id in waitingWriters where machine.session.queuedBytes(on: id) == 0 {
            waitingWriters.remove(id)
            streams[id]?.finishWriting(nil)
        }
    }

    /// Ends the connection and everything on it, once.
    func fail(_ error: HostError) {
        guard failure == nil else { return }
        failure = error
        deadline?.cancel()
        heartbeat?.cancel()
        ready.fail(error)
        let ended = streams
        streams = [:]
        waitingWriters = []
        for port in ended.values { end(port, error) }
        settle(0)
        if let connection { callbacks.closed(connection, remote) }
        connection = nil
        context?.close(promise: nil)
        context = nil
    }

    /// Wakes whoever waits on a stream that is gone, and gives its place back.
    func end(_ port: StreamPort, _ error: HostError) {
        port.fail(error)
        if let remote, let name = port.protocolName { callbacks.streamClosed(remote, name) }
    }

    /// Gives back what windows of streams that are gone had grown by.
    private func settle(_ held: Int) {
        guard let remote, held < grown else { return }
        callbacks.shrink(remote, grown - held)
        grown = held
    }

    var isClosed: Bool { failure != nil }
    var loop: (any EventLoop)? { context?.eventLoop }
    var face: PeerConnection? { connection }
}
