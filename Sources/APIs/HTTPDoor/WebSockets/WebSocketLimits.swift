public import NIOCore

/// What a WebSocket door holds for its clients at most.
public struct WebSocketLimits: Sendable, Hashable {
    /// Bytes of one message, whatever its frames.
    public var messageBytes = 5 << 20
    /// Frames of one message.
    public var fragments = 1024
    /// Messages of one connection that are being answered at once; more wait unread.
    public var messagesAtOnce = 8
    /// Bytes that wait for one reader. Whoever lets more gather is dropped.
    public var waitingBytes = 8 << 20
    /// Bytes that wait for all readers together.
    public var waitingBytesInAll = 256 << 20
    /// Connections in all.
    public var connections = 1024
    /// How often a connection is asked whether somebody is there. Who has said nothing by the next time is dropped.
    public var pingInterval = TimeAmount.seconds(30)
    /// How long a connection may take to become a WebSocket.
    public var handshake = TimeAmount.seconds(15)
    /// How long a connection that was told to close may take to.
    public var farewell = TimeAmount.seconds(5)

    public init() {}
}
