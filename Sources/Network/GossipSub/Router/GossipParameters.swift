/// Who a message's id and its author come from.
public enum GossipSigning: Sendable {
    /// Every message is signed; others are rejected.
    case strictSign
    /// No message says who wrote it; others are rejected.
    case strictNoSign
}

/// The numbers of gossipsub v1.1 and v1.2, by the specification's names and defaults. Times in nanoseconds.
public struct GossipParameters: Sendable {
    public var D = 6
    public var Dlow = 4
    public var Dhigh = 12
    public var Dscore = 4
    public var Dout = 2
    public var Dlazy = 6
    public var gossipFactor = 0.25
    public var heartbeatInterval: UInt64 = 1_000_000_000
    public var fanoutTTL: UInt64 = 60_000_000_000
    public var historyLength = 5
    public var historyGossip = 3
    public var seenTTL: UInt64 = 120_000_000_000
    public var maximumSeen = 262_144
    public var pruneBackoff: UInt64 = 60_000_000_000
    public var unsubscribeBackoff: UInt64 = 10_000_000_000
    public var longestBackoff: UInt64 = 3_600_000_000_000
    public var graftFloodThreshold: UInt64 = 10_000_000_000
    public var floodPublish = true
    /// Messages of this node over this length go to its mesh alone: a line that sends them to everybody sends nothing else for long.
    public var floodPublishLimit = 16 << 10
    public var doPX = false
    public var prunePeers = 16
    public var maximumHaveLength = 5000
    public var maximumHaveMessages = 10
    public var wantFollowup: UInt64 = 3_000_000_000
    public var gossipRetransmission = 3
    /// Messages from this size on are announced as unwanted once they have come (v1.2).
    public var unwantedThreshold = 1024
    public var maximumUnwanted = 1024
    /// Heartbeats for which a peer's IDONTWANT holds.
    public var unwantedLife = 3
    /// A message that waits for a peer is not sent once the peer is known to have it. Implementations of v1.1 send whatever was queued.
    public var withdrawsMessages = true
    /// Bytes of messages that wait for one peer; the oldest of more are lost to it, until it asks for them.
    public var maximumWaitingBytes = 16 << 20
    /// The same for all peers together. Peers share the bytes of a message, so that this is more than what is held.
    public var maximumWaitingBytesInAll = 256 << 20
    public var opportunisticGraftTicks = 60
    public var opportunisticGraftPeers = 2
    public var maximumMessage = 1 << 20
    public var maximumTopicsOfPeer = 1024
    public var signing = GossipSigning.strictSign
    /// The id of a message; without one, author and number where they are signed.
    public var messageID: (@Sendable (PubSubMessage) -> [UInt8])?

    public init() {}
}
