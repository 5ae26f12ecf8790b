public import LibP2PProtocols

/// What a host grants and says of itself.
public struct HostConfiguration: Sendable {
    public var agent = "polai"
    public var protocolVersion = "polai/1"
    /// Where the sequence of this host's signed records begins; larger at each start, so that peers believe the newer ones.
    public var firstRecordSequence: UInt64 = 0
    /// How connections are secured, in the order that a dialer proposes.
    public var securities = ConnectionSecurity.allCases
    public var resources = ResourceLedger.Limits()
    public var muxer = YamuxLimits()
    /// How long one address may take to answer.
    public var dialTimeout: Duration = .seconds(10)
    /// How long the next address waits for the one before (RFC 8305, happy eyeballs).
    public var dialStagger: Duration = .milliseconds(250)

    /// Whether connections leave from the port that this host listens on, so that NATs show others that port's address.
    public var dialsFromListenPort = false

    public init() {}
}
