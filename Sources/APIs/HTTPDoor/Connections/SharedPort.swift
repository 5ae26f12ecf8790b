import HummingbirdCore
import Logging
public import NIOCore

/// Another protocol on a door's port, told from HTTP by the first byte of a connection.
public struct SharedPort: Sendable {
    /// What its connections begin with: no letter, so that no request begins with it.
    public var firstByte: UInt8
    /// Takes such a connection: adds its handlers, before which the bytes that came are given again.
    public var accept: @Sendable (any Channel) -> EventLoopFuture<Void>
    /// Told once of the channel that listens.
    public var onListening: @Sendable (any Channel) async -> Void

    public init(
        firstByte: UInt8, onListening: @escaping @Sendable (any Channel) async -> Void = { _ in },
        accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) {
        (self.firstByte, self.onListening, self.accept) = (firstByte, onListening, accept)
    }
}

/// A connection of a port that a door shares: HTTP or the other protocol, once its first byte is here.
struct SharedPortChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let firstByte: EventLoopFuture<UInt8>
        let sniffer: NIOLoopBound<FirstByteSniffer>
    }

    let http: DoorChannel
    let other: SharedPort
    /// Connections that have not said anything, by address.
    let silent: AddressCounts

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let promise = channel.eventLoop.makePromise(of: UInt8.self)
            let sniffer = FirstByteSniffer(promise)
            try channel.pipeline.syncOperations.addHandler(sniffer)
            count(channel, until: promise.futureResult)
            return Value(
                channel: channel, firstByte: promise.futureResult, sniffer: NIOLoopBound(sniffer, eventLoop: channel.eventLoop))
        }
    }

    func handle(value: Value, logger: Logger) async {
        let (channel, sniffer) = (value.channel, value.sniffer)
        do {
            if try await value.firstByte.get() == other.firstByte {
                try await channel.eventLoop.flatSubmit {
                    other.accept(channel).flatMapThrowing {
                        try channel.pipeline.syncOperations.addHandler(QuiesceCloser())
                        sniffer.value.giveWay()
                    }
                }.get()
                try await channel.closeFuture.get()
            } else {
                let request = try await channel.eventLoop.flatSubmit {
                    http.setup(channel: channel, logger: logger).map { request in
                        sniffer.value.giveWay()
                        return request
                    }
                }.get()
                await http.handle(value: request, logger: logger)
            }
        } catch {
            channel.close(promise: nil)
        }
    }

    private func count(_ channel: any Channel, until known: EventLoopFuture<UInt8>) {
        guard let address = channel.remoteAddress?.ipAddress else { return }
        // The server takes a connection that could not be set up for a fault of its own: one too many is closed after.
        guard silent.open(address) else { return channel.eventLoop.execute { channel.close(promise: nil) } }
        known.whenComplete { [silent] _ in silent.close(address) }
    }
}

/// Holds back what comes until whoever the first byte calls for is there.
final class FirstByteSniffer: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// How long a connection may say nothing.
    static let patience = TimeAmount.seconds(15)

    private var promise: EventLoopPromise<UInt8>?
    private var held: [ByteBuffer] = []
    private var context: ChannelHandlerContext?
    private var owesRead = false
    private var deadline: Scheduled<Void>?

    init(_ promise: EventLoopPromise<UInt8>) { self.promise = promise }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        held.append(bytes)
        guard let first = bytes.readableBytesView.first else { return }
        resolve { $0.succeed(first) }
    }

    /// Nothing more is read before the first bytes have been taken.
    func read(context: ChannelHandlerContext) {
        if held.isEmpty { context.read() } else { owesRead = true }
    }

    func channelInactive(context: ChannelHandlerContext) {
        resolve { $0.fail(ChannelError.eof) }
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The server stops: a connection that has said nothing is closed.
        if event is ChannelShouldQuiesceEvent, held.isEmpty { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        resolve { $0.fail(ChannelError.eof) }
        self.context = nil
    }

    /// Goes, and gives what was held to the handlers that are there now, from the first of them on.
    func giveWay() {
        guard let context else { return }
        let (bytes, channel, owesRead) = (held, context.channel, owesRead)
        held = []
        let pipeline = context.pipeline.syncOperations
        pipeline.removeHandler(self, promise: nil)
        for buffer in bytes { pipeline.fireChannelRead(NIOAny(buffer)) }
        pipeline.fireChannelReadComplete()
        if owesRead { channel.read() }
    }

    private func resolve(_ body: (EventLoopPromise<UInt8>) -> Void) {
        deadline?.cancel()
        guard let promise else { return }
        self.promise = nil
        body(promise)
    }
}

/// Closes a connection of the other protocol when the server stops.
private final class QuiesceCloser: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
