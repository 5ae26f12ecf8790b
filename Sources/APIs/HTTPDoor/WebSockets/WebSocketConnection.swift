import NIOCore
import NIOWebSocket
import Synchronization

/// The way to one client. What it does not read in time is bounded: then the client is dropped.
public final class WebSocketConnection: Sendable {
    private let channel: any Channel
    private let limits: WebSocketLimits
    private let total: WaitingTotal
    /// Bytes that were not handed to the system yet.
    private let waiting = Atomic(0)
    private let closing = Atomic(false)

    init(_ channel: any Channel, limits: WebSocketLimits, total: WaitingTotal) {
        self.channel = channel
        self.limits = limits
        self.total = total
    }

    /// The client's IP address.
    public var address: String? { channel.remoteAddress?.ipAddress }

    /// Told to close, by whichever side.
    var isClosing: Bool { closing.load(ordering: .relaxed) }

    /// Sends a message of text.
    public func send(_ text: [UInt8]) { send([text]) }

    /// Sends messages of text, in their order and after those of earlier calls.
    public func send(_ texts: [[UInt8]]) {
        guard !texts.isEmpty, !isClosing else { return }
        let count = texts.reduce(0) { $0 + $1.count }
        // One message more than the limit is let through, however long it is: an answer was asked for. Who reads what it is sent does
        // not pay for others that do not.
        let own = waiting.load(ordering: .relaxed)
        guard own <= limits.waitingBytes, own == 0 || total.bytes.load(ordering: .relaxed) <= limits.waitingBytesInAll else {
            return close(.tooSlow)
        }
        add(count)
        let promise = channel.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in self.add(-count) }
        channel.eventLoop.execute { [channel] in
            for (index, text) in texts.enumerated() {
                let frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: text))
                channel.write(frame, promise: index == texts.count - 1 ? promise : nil)
            }
            channel.flush()
        }
    }

    /// Tells the client that the connection ends, and ends it a moment later whether the client has read that or not.
    public func close(_ fault: WebSocketFault) {
        guard !closing.exchange(true, ordering: .relaxed) else { return }
        let farewell = limits.farewell
        channel.eventLoop.execute { [channel] in
            var data = channel.allocator.buffer(capacity: 125)
            data.write(webSocketErrorCode: fault.code)
            data.writeBytes(fault.reason.utf8.prefix(123))
            channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, data: data), promise: nil)
            let end = channel.eventLoop.scheduleTask(in: farewell) { channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in end.cancel() }
        }
    }

    /// Returns when nothing of it is left.
    func closed() async { try? await channel.closeFuture.get() }

    /// Answers the client's wish to close.
    func agreeToClose(_ code: WebSocketErrorCode?) {
        guard !closing.exchange(true, ordering: .relaxed) else { return channel.close(promise: nil) }
        var data = channel.allocator.buffer(capacity: 2)
        if let code { data.write(webSocketErrorCode: code) }
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)).whenComplete { [channel] _ in
            channel.close(promise: nil)
        }
        let end = channel.eventLoop.scheduleTask(in: limits.farewell) { [channel] in channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in end.cancel() }
    }

    private func add(_ count: Int) {
        waiting.add(count, ordering: .relaxed)
        total.bytes.add(count, ordering: .relaxed)
    }
}

/// Bytes that wait for all readers of a door.
final class WaitingTotal: Sendable {
    let bytes = Atomic(0)
}
