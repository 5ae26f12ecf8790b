/// Why a Yamux session ends, or a call on one of its streams fails.
public enum YamuxError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownVersion(UInt8)
    case unknownFrame(UInt8)
    /// A frame for stream 0, or a new stream with the parity of ours, or one that is open already.
    case badStreamID(UInt32)
    case windowExceeded(stream: UInt32)
    case windowOverflow(stream: UInt32)
    /// The peer asks for answers faster than it reads them.
    case controlFlood
    /// The session was ended by either side.
    case closed
    /// As many streams as the peer may leave unacknowledged are open.
    case ackBacklogFull
    case streamIDsExhausted
    case unknownStream(UInt32)

    public var description: String {
        switch self {
        case .unknownVersion(let version): "yamux version \(version)"
        case .unknownFrame(let kind): "yamux frame of kind \(kind)"
        case .badStreamID(let id): "yamux stream \(id) may not be opened or addressed so"
        case .windowExceeded(let id): "the peer sends more on stream \(id) than its window allows"
        case .windowOverflow(let id): "the peer grows the window of stream \(id) over 32 bits"
        case .controlFlood: "the peer asks for answers that it does not read"
        case .closed: "the session is closed"
        case .ackBacklogFull: "the peer has not acknowledged the streams that are open"
        case .streamIDsExhausted: "the session has used up its stream ids"
        case .unknownStream(let id): "stream \(id) is closed or was never open"
        }
    }
}
