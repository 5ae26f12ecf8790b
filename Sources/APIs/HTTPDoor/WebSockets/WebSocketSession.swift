import NIOCore
import NIOWebSocket

/// One connection once it is a WebSocket: gives messages to the conversation, answers pings, and reads no further while the
/// conversation is behind.
final class WebSocketSession: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let connection: WebSocketConnection
    private let conversation: any WebSocketConversation
    private let limits: WebSocketLimits
    private var assembly: WebSocketAssembly
    /// Messages that were read and are not taken yet: those of one read at most.
    private var unread: [[UInt8]] = []
    private var taken: [UInt64: Task<Void, Never>] = [:]
    private var nextID: UInt64 = 0
    private var context: ChannelHandlerContext?
    private var pings: RepeatedTask?
    private var isHeard = true
    private var lastBuffered = 0
    private var isOver = false

    init(_ connection: WebSocketConnection, _ conversation: any WebSocketConversation, limits: WebSocketLimits) {
        self.connection = connection
        self.conversation = conversation
        self.limits = limits
        assembly = WebSocketAssembly(limits: limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let session = NIOLoopBound(self, eventLoop: context.eventLoop)
        pings = context.eventLoop.scheduleRepeatedTask(initialDelay: limits.pingInterval, delay: limits.pingInterval) { _ in
            session.value.ping()
        }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isHeard = true
        guard !isOver else { return }
        let event = assembly.take(unwrapInboundIn(data))
        if connection.isClosing {
            // Only the client's agreement is waited for.
            if case .close = event { context.close(promise: nil) }
            return
        }
        switch event {
        case .more, .pong: break
        case .message(let message):
            unread.append(message)
            takeNext(context)
        case .ping(let data):
            // Who pings and does not read is read no further.
            context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: data)), promise: nil)
        case .close(let code):
            isOver = true
            connection.agreeToClose(code)
        case .fault(let fault): end(fault, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        readOn(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? NIOWebSocketError else { return context.close(promise: nil) }
        switch error {
        case .invalidFrameLength: end(.tooLarge(limits.messageBytes), context)
        case .fragmentedControlFrame: end(.protocolError("a control frame is one frame"), context)
        case .multiByteControlFrameLength: end(.protocolError("a control frame has at most 125 bytes"), context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        context.fireChannelWritabilityChanged()
        readOn(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        conversation.closed()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
        self.context = nil
    }

    private func stop() {
        isOver = true
        pings?.cancel()
        for task in taken.values { task.cancel() }
        (taken, unread) = ([:], [])
    }

    /// Reads more, unless what was read is not taken yet or the client does not read what it asked for.
    private func readOn(_ context: ChannelHandlerContext) {
        guard isOver || connection.isClosing || (unread.isEmpty && taken.count < limits.messagesAtOnce && context.channel.isWritable)
        else { return }
        context.read()
    }

    private func takeNext(_ context: ChannelHandlerContext) {
        while !unread.isEmpty, taken.count < limits.messagesAtOnce, !isOver {
            let (id, message) = (nextID, unread.removeFirst())
            nextID += 1
            let (session, conversation, loop) = (NIOLoopBound(self, eventLoop: context.eventLoop), conversation, context.eventLoop)
            taken[id] = Task {
                await conversation.take(message)
                loop.execute { session.value.ended(id) }
            }
        }
    }

    private func ended(_ id: UInt64) {
        taken[id] = nil
        guard let context, !isOver else { return }
        takeNext(context)
        readOn(context)
    }

    private func ping() {
        guard let context, !isOver, !connection.isClosing else { return }
        // While answers are worked out nothing is read, so that no pong can come; while they are sent, what the client takes counts.
        let isWorking = context.channel.isWritable && (!unread.isEmpty || taken.count >= limits.messagesAtOnce)
        let buffered = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        guard isHeard || isWorking || buffered < lastBuffered else { return connection.close(.silent) }
        (isHeard, lastBuffered) = (false, buffered)
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer())), promise: nil)
    }

    private func end(_ fault: WebSocketFault, _ context: ChannelHandlerContext) {
        isOver = true
        connection.close(fault)
        // What is still on its way is read and dropped, because closing before would take the reason from the client.
        context.channel.setOption(.autoRead, value: true).assumeIsolated().whenFailure { _ in }
    }
}
