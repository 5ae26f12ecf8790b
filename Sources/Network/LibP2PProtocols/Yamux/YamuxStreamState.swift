import NIOCore

/// One stream's windows, its queue, and which directions are open.
struct YamuxStreamState: Sendable {
    var queue = CircularBuffer<ByteBuffer>()
    var queuedBytes = 0
    /// What the peer lets us send.
    var sendWindow: UInt32 = YamuxLimits.initialWindow
    /// What the peer may still send.
    var receiveWindow: UInt32 = YamuxLimits.initialWindow
    /// The size that the receive window is brought back to.
    var windowSize: UInt32 = YamuxLimits.initialWindow
    /// Bytes that the application has taken and that no update has given back yet.
    var consumed: UInt32 = 0
    var lastUpdate: UInt64 = 0
    var isInbound: Bool
    var acknowledged = false
    /// Flags that the next frame of this stream carries.
    var pendingFlags: YamuxHeader.Flags = []
    var writeClosed = false
    var finSent = false
    var remoteClosed = false
    var isScheduled = false

    init(isInbound: Bool) { self.isInbound = isInbound }
}
