/// What a Yamux session grants its peer and itself.
public struct YamuxLimits: Equatable, Sendable {
    /// The window that the specification gives every stream at first.
    public static let initialWindow: UInt32 = 256 * 1024

    /// The largest window that a stream's receiver grows to.
    public var maximumWindow: UInt32 = 16 * 1024 * 1024
    /// How much all windows of one session may have grown beyond their first size.
    public var windowGrowth: UInt32 = 64 * 1024 * 1024
    /// Streams that the peer may have open.
    public var inboundStreams = 1024
    /// Streams that either side may have open without an acknowledgement.
    public var ackBacklog = 256
    /// The body of the frames that are sent: one fits into one Noise message.
    public var dataFrame = NoiseTransport.maximumPlaintext - YamuxHeader.size
    /// Bytes of answers (pongs, resets) that may wait while the peer does not read.
    public var controlBacklog = 64 * 1024

    public init() {}
}
