public import NIOCore

/// A stream's number within its session: odd where the dialer opened it.
public typealias YamuxStreamID = UInt32

/// What bytes of the peer meant.
public enum YamuxEvent: Equatable, Sendable {
    /// The peer opened a stream; `accept` acknowledges it.
    case opened(YamuxStreamID)
    case data(YamuxStreamID, ByteBuffer)
    /// The peer will send no more on the stream.
    case remoteClosed(YamuxStreamID)
    /// The stream is gone in both directions.
    case reset(YamuxStreamID)
    /// The peer accepted a stream of ours.
    case acknowledged(YamuxStreamID)
    case pong(UInt32)
    /// The peer opens no more streams and accepts none.
    case goAway(UInt32)
}
