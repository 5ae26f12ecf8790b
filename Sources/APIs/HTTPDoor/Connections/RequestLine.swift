import NIOCore

/// How far the request line has been read that is coming in.
final class RequestLine {
    private(set) var isComplete = false
    private var length = 0

    /// A new request may come.
    func begin() { (isComplete, length) = (false, 0) }

    /// - Returns: false once the line is longer than a request's target may be, with room for method and version.
    func take(_ bytes: ByteBuffer) -> Bool {
        guard !isComplete else { return true }
        let view = bytes.readableBytesView
        if let end = view.firstIndex(of: UInt8(ascii: "\n")) {
            isComplete = true
            length += end - view.startIndex
        } else {
            length += view.count
        }
        return length <= HeadRules.targetLimit + 64
    }
}

/// Refuses an endless request line, which the parser would call a header that is too long.
final class RequestLineGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let line: RequestLine
    private var isOver = false

    init(_ line: RequestLine) { self.line = line }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        guard line.take(unwrapInboundIn(data)) else {
            isOver = true
            return context.fireErrorCaught(HeadFault.targetTooLong)
        }
        context.fireChannelRead(data)
    }
}
