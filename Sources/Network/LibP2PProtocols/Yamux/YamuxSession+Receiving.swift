public import NIOCore

extension YamuxSession {
    /// What the bytes at the front of `input` mean; a header that is not there whole stays in `input`.
    public mutating func receive(_ input: inout ByteBuffer) throws(YamuxError) -> [YamuxEvent] {
        var events: [YamuxEvent] = []
        while true {
            if let open = body {
                guard input.readableBytes > 0 || open.remaining == 0 else { break }
                let bytes = input.readSlice(length: min(Int(open.remaining), input.readableBytes)) ?? ByteBuffer()
                body?.remaining -= UInt32(bytes.readableBytes)
                if open.isKnown, bytes.readableBytes > 0, streams[open.stream] != nil { events.append(.data(open.stream, bytes)) }
                if open.remaining == UInt32(bytes.readableBytes) {
                    body = nil
                    if open.fin { finish(open.stream, &events) }
                }
                continue
            }
            guard let header = try YamuxHeader(from: &input) else { break }
            try handle(header, &events)
        }
        return events
    }

    /// Tells the machine that the application has taken `count` bytes of a stream, at the time `now` in nanoseconds.
    ///
    /// - Parameter mayGrow: whether the window may grow by so many bytes; they are held until ``grownBytes`` falls again.
    public mutating func consumed(_ count: Int, on id: YamuxStreamID, now: UInt64, mayGrow: (Int) -> Bool = { _ in true }) {
        guard var stream = streams[id], !stream.remoteClosed else { return }
        // Never more than the peer has sent, whatever the caller counts.
        stream.consumed = min(stream.consumed + UInt32(count), stream.windowSize - stream.receiveWindow)
        defer { streams[id] = stream }
        guard stream.consumed >= stream.windowSize / 2 else { return }
        var delta = stream.consumed
        if roundTrip > 0, stream.lastUpdate > 0, now - min(now, stream.lastUpdate) < 4 * roundTrip {
            let larger = min(limits.maximumWindow, stream.windowSize.multipliedReportingOverflow(by: 2).partialValue)
            let extra = larger > stream.windowSize ? min(larger - stream.windowSize, limits.windowGrowth - grown) : 0
            if extra > 0, mayGrow(Int(extra)) {
                stream.windowSize += extra
                grown += extra
                delta += extra
            }
        }
        (stream.consumed, stream.lastUpdate) = (0, now)
        stream.receiveWindow += delta
        answer(YamuxHeader(.windowUpdate, stream.pendingFlags, stream: id, length: delta))
        stream.pendingFlags = []
    }

    private mutating func handle(_ header: YamuxHeader, _ events: inout [YamuxEvent]) throws(YamuxError) {
        switch header.kind {
        case .ping:
            if header.flags.contains(.syn) {
                try reply(YamuxHeader(.ping, .ack, stream: 0, length: header.length))
            } else {
                events.append(.pong(header.length))
            }
        case .goAway:
            remoteIsGoing = true
            events.append(.goAway(header.length))
        case .data, .windowUpdate:
            try handleStream(header, &events)
        }
    }

    private mutating func handleStream(_ header: YamuxHeader, _ events: inout [YamuxEvent]) throws(YamuxError) {
        let id = header.stream
        guard id != 0 else { throw .badStreamID(0) }
        if header.flags.contains(.syn) { try openInbound(id, &events) }
        if header.flags.contains(.ack), streams[id]?.isInbound == false, streams[id]?.acknowledged == false {
            streams[id]?.acknowledged = true
            unacknowledgedOutbound -= 1
            events.append(.acknowledged(id))
        }
        if header.flags.contains(.rst) {
            if streams[id] != nil { events.append(.reset(id)) }
            remove(id)
        }
        let fin = header.flags.contains(.fin)
        if header.kind == .data {
            // Frames of a stream that is gone here may be on their way still: their bodies are passed over.
            if let stream = streams[id] {
                guard header.length <= stream.receiveWindow, !stream.remoteClosed || header.length == 0 else {
                    throw .windowExceeded(stream: id)
                }
                streams[id]?.receiveWindow -= header.length
            }
            body = (id, header.length, streams[id] != nil, fin)
            return
        }
        if let stream = streams[id] {
            let (window, overflow) = stream.sendWindow.addingReportingOverflow(header.length)
            guard !overflow else { throw .windowOverflow(stream: id) }
            streams[id]?.sendWindow = window
            if stream.queuedBytes > 0 { schedule(id) }
        }
        if fin { finish(id, &events) }
    }

    private mutating func openInbound(_ id: YamuxStreamID, _ events: inout [YamuxEvent]) throws(YamuxError) {
        guard (id % 2 == 1) != isDialer, streams[id] == nil else { throw .badStreamID(id) }
        guard !isGoing, inboundCount < limits.inboundStreams, unacknowledgedInbound < limits.ackBacklog else {
            return try reply(YamuxHeader(.windowUpdate, .rst, stream: id, length: 0))
        }
        streams[id] = YamuxStreamState(isInbound: true)
        inboundCount += 1
        unacknowledgedInbound += 1
        events.append(.opened(id))
    }

    private mutating func finish(_ id: YamuxStreamID, _ events: inout [YamuxEvent]) {
        guard let stream = streams[id], !stream.remoteClosed else { return }
        streams[id]?.remoteClosed = true
        events.append(.remoteClosed(id))
        if stream.finSent { remove(id) }
    }

    /// An answer that the peer's own bytes ask for; they wait in memory, so they are bounded.
    private mutating func reply(_ header: YamuxHeader) throws(YamuxError) {
        guard control.readableBytes < limits.controlBacklog else { throw .controlFlood }
        answer(header)
    }
}
