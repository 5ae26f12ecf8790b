public import NIOCore

/// A Yamux session as a state machine: bytes of the peer in, events out; calls in, bytes for the peer out.
///
/// Sending: `send` queues, and `nextFrame` hands out one frame at a time, answers first and then the streams in turn, each
/// within its window. Who drives the machine takes a frame whenever the transport has room, so that nothing but the
/// queues of the streams themselves grows while a peer does not read.
///
/// Receiving: `data` events come as bytes come, within the window granted; the window moves on when the application has
/// taken the bytes (`consumed`), and doubles while updates follow each other faster than four round trips.
public struct YamuxSession: Sendable {
    public let isDialer: Bool
    let limits: YamuxLimits
    var streams: [YamuxStreamID: YamuxStreamState] = [:]
    var control = ByteBuffer()
    var ready = CircularBuffer<YamuxStreamID>()
    var body: (stream: YamuxStreamID, remaining: UInt32, isKnown: Bool, fin: Bool)?
    var nextID: YamuxStreamID
    var grown: UInt32 = 0
    var unacknowledgedOutbound = 0
    var unacknowledgedInbound = 0
    var inboundCount = 0
    var remoteIsGoing = false
    var isGoing = false
    /// The round trip that window growth is judged by, in nanoseconds; 0 while unknown.
    public var roundTrip: UInt64 = 0

    public init(isDialer: Bool, limits: YamuxLimits = YamuxLimits()) {
        self.isDialer = isDialer
        self.limits = limits
        nextID = isDialer ? 1 : 2
    }

    public var streamCount: Int { streams.count }
    /// How much the windows of all streams have grown beyond their first size.
    public var grownBytes: Int { Int(grown) }
    /// Streams that the peer opened.
    public var inboundStreamCount: Int { inboundCount }

    /// Opens a stream; its first frame carries the SYN.
    public mutating func open() throws(YamuxError) -> YamuxStreamID {
        guard !remoteIsGoing, !isGoing else { throw .closed }
        guard unacknowledgedOutbound < limits.ackBacklog else { throw .ackBacklogFull }
        guard nextID < UInt32.max - 2 else { throw .streamIDsExhausted }
        let id = nextID
        nextID += 2
        var stream = YamuxStreamState(isInbound: false)
        stream.pendingFlags = .syn
        streams[id] = stream
        unacknowledgedOutbound += 1
        schedule(id)
        return id
    }

    /// Acknowledges a stream of the peer's.
    public mutating func accept(_ id: YamuxStreamID) {
        guard streams[id]?.isInbound == true, streams[id]?.acknowledged == false else { return }
        streams[id]?.acknowledged = true
        streams[id]?.pendingFlags.insert(.ack)
        unacknowledgedInbound -= 1
        schedule(id)
    }

    /// Queues `bytes` on a stream.
    public mutating func send(_ bytes: ByteBuffer, on id: YamuxStreamID) throws(YamuxError) {
        guard let stream = streams[id], !stream.writeClosed else { throw .unknownStream(id) }
        guard bytes.readableBytes > 0 else { return }
        streams[id]?.queue.append(bytes)
        streams[id]?.queuedBytes += bytes.readableBytes
        schedule(id)
    }

    /// What `send` has queued and no frame has carried yet.
    public func queuedBytes(on id: YamuxStreamID) -> Int { streams[id]?.queuedBytes ?? 0 }

    /// Ends our direction once what is queued has gone.
    public mutating func closeWrite(_ id: YamuxStreamID) {
        guard streams[id]?.writeClosed == false else { return }
        streams[id]?.writeClosed = true
        schedule(id)
    }

    /// Ends both directions at once.
    public mutating func reset(_ id: YamuxStreamID) {
        guard let stream = streams[id] else { return }
        // A stream whose SYN never left is unknown to the peer.
        if !stream.pendingFlags.contains(.syn) { answer(YamuxHeader(.windowUpdate, .rst, stream: id, length: 0)) }
        remove(id)
    }

    /// Asks the peer to send `value` back.
    public mutating func ping(_ value: UInt32) { answer(YamuxHeader(.ping, .syn, stream: 0, length: value)) }

    /// Says that no more streams are opened or accepted.
    public mutating func goAway(_ reason: UInt32 = 0) {
        guard !isGoing else { return }
        isGoing = true
        answer(YamuxHeader(.goAway, stream: 0, length: reason))
    }

    mutating func answer(_ header: YamuxHeader) { header.write(to: &control) }

    mutating func schedule(_ id: YamuxStreamID) {
        guard streams[id]?.isScheduled == false else { return }
        streams[id]?.isScheduled = true
        ready.append(id)
    }

    mutating func remove(_ id: YamuxStreamID) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        grown -= stream.windowSize - YamuxLimits.initialWindow
        if stream.isInbound { inboundCount -= 1 }
        if !stream.acknowledged {
            if stream.isInbound { unacknowledgedInbound -= 1 } else { unacknowledgedOutbound -= 1 }
        }
    }
}
