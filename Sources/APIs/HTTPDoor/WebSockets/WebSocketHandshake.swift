import HTTPTypes
import NIOCore
import NIOHTTP1

/// Answers requests that do not become a WebSocket, and ends a connection that takes too long to.
final class WebSocketHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let limit: TimeAmount
    private let fault: (HTTPRequestHead) -> HeadFault?
    private var head: HTTPRequestHead?
    private var deadline: Scheduled<Void>?

    /// - Parameter fault: why a request is not let in.
    init(within limit: TimeAmount, fault: @escaping (HTTPRequestHead) -> HeadFault?) {
        self.limit = limit
        self.fault = fault
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            answer(fault(head) ?? .notWebSocket, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A request to upgrade that is not well formed comes here as an ordinary request.
        if error is HTTPParserError { context.close(promise: nil) }
    }

    private func answer(_ fault: HeadFault, _ context: ChannelHandlerContext) {
        let body = fault.body(.withHint)
        var headers: HTTPHeaders = ["content-type": "application/json", "content-length": "\(body.count)", "connection": "close"]
        if fault.status == .upgradeRequired { headers.add(name: "upgrade", value: "websocket") }
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: fault.status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}

extension HeadFault {
    static let notWebSocket = Self(
        status: .upgradeRequired, message: "this port speaks WebSocket (version 13)",
        hint: "connect with ws://; JSON-RPC over HTTP has a port of its own")
    static let refusedOrigin = Self(
        status: .forbidden, message: "pages of this origin may not connect", hint: "the node's operator can allow it with --ws.origins")
    static let tooManyConnections = Self(status: .serviceUnavailable, message: "too many connections", hint: "try again later")
}
