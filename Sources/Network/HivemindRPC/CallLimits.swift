/// What peers may cost by one call's name.
public struct CallLimits: Equatable, Sendable {
    /// Bytes of one request.
    public var requestSize: Int
    /// Calls of one peer that are served at once; more wait.
    public var atOncePerPeer = 8
    /// Calls of all peers that are served at once; more wait.
    public var atOnce = 64
    /// Calls of one peer that wait; more are refused.
    public var waitingPerPeer = 256
    /// Calls of all peers that wait.
    public var waiting = 2048
    /// How long one call may take, waiting included.
    public var patience: Duration = .seconds(15)
    /// How long the request may take to come once the call is let in: who says nothing holds no place.
    public var arrival: Duration = .seconds(2)

    public init(requestSize: Int) { self.requestSize = requestSize }
}
