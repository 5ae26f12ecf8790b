import NIOCore
import NIOHTTP1

/// Stands between the parser of HTTP/1.1 and the routes of a door: refuses what ``HeadRules`` refuses and what the parser could
/// not read, in the form of the doors' errors and in the order of the requests; answers `Expect: 100-continue`; and closes a
/// connection whose answer says so, or whose client goes on sending a body that was already answered.
final class RequestGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let rules: HeadRules
    private let format: DoorErrorFormat
    private let line: RequestLine
    /// Requests that were let in and are not answered yet.
    private var unanswered = 0
    /// A request's head was let in, its end has not come.
    private var isInBody = false
    /// Bytes of a body that came after its answer.
    private var lateBytes = 0
    /// Nothing more is let in.
    private var isOver = false
    private var fault: HeadFault?
    /// Why a request is refused whose body is still read, in case its framing is at fault too, which comes first.
    private var heldFault: HeadFault?
    private var owesContinue = false
    private var answerCloses = false

    /// How much of a refused body is read, so that the client sees the answer before the connection ends.
    private static let lateLimit = 256 << 10
    /// How long a closed connection waits for the client to have read the answer.
    private static let farewell = TimeAmount.seconds(1)

    init(rules: HeadRules, format: DoorErrorFormat, line: RequestLine) {
        self.rules = rules
        self.format = format
        self.line = line
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let fault = rules.fault(of: head) {
                guard fault.status == .forbidden, head.hasBody, !head.expectsContinue else { return refuse(fault, context) }
                heldFault = fault
                return
            }
            unanswered += 1
            isInBody = true
            owesContinue = head.expectsContinue
            context.fireChannelRead(data)
            giveContinue(context)
        case .body(let bytes):
            if let heldFault {
                lateBytes += bytes.readableBytes
                if lateBytes > Self.lateLimit { refuse(heldFault, context) }
                return
            }
            owesContinue = false
            if unanswered == 0 {
                lateBytes += bytes.readableBytes
                if lateBytes > Self.lateLimit { return finish(context) }
            }
            context.fireChannelRead(data)
        case .end:
            if let heldFault { return refuse(heldFault, context) }
            (isInBody, owesContinue, lateBytes) = (false, false, 0)
            line.begin()
            context.fireChannelRead(data)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError || error is HeadFault else { return context.fireErrorCaught(error) }
        guard !isOver else { return }
        if isInBody {
            // The route reads the body: it is told, and its answer tells the client.
            isOver = true
            context.fireErrorCaught(error)
        } else {
            refuse(HeadFault(error, isInLine: !line.isComplete), context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            // A final answer: the client need not be asked for its body any more.
            owesContinue = false
            answerCloses = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            unanswered -= 1
            if answerCloses {
                context.flush()
                finish(context)
            } else if unanswered == 0, let fault {
                answer(fault, context)
            } else {
                giveContinue(context)
            }
        }
    }

    /// Lets the client send its body, once no earlier answer stands before.
    private func giveContinue(_ context: ChannelHandlerContext) {
        guard owesContinue, unanswered == 1, isInBody else { return }
        owesContinue = false
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func refuse(_ fault: HeadFault, _ context: ChannelHandlerContext) {
        isOver = true
        self.fault = fault
        if unanswered == 0 { answer(fault, context) }
    }

    private func answer(_ fault: HeadFault, _ context: ChannelHandlerContext) {
        self.fault = nil
        let body = fault.body(format)
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(body.count)", "connection": "close",
        ]
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: fault.status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        finish(context)
    }

    /// Ends the connection: nothing more is sent, and what still comes is dropped for a moment, because closing at once could
    /// take the answer from the client.
    private func finish(_ context: ChannelHandlerContext) {
        isOver = true
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: Self.farewell) { channel.close(promise: nil) }
    }
}
