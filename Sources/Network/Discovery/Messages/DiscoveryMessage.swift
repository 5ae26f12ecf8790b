public import NodeRecords

/// What nodes say to each other in a session (discv5-wire, "Protocol Messages"). The messages of topics are not spoken.
public enum DiscoveryMessage: Hashable, Sendable {
    /// Are you there? With the sequence number of the asker's record.
    case ping(RequestID, recordSequence: UInt64)
    /// I am, and see you there.
    case pong(RequestID, recordSequence: UInt64, seenAt: NodeEndpoint)
    /// Whom do you know at these distances? Distance 0 is the asked node itself.
    case findNode(RequestID, distances: [Int])
    /// One of `total` answers to `findNode`. Records that are not well signed are left out.
    case nodes(RequestID, total: UInt64, records: [NodeRecord])
    /// A request of another protocol.
    case talkRequest(RequestID, protocol: [UInt8], request: [UInt8])
    case talkResponse(RequestID, response: [UInt8])

    /// How many records one message may carry.
    public static let maximumRecords = 16
    /// How many distances one question may name.
    public static let maximumDistances = 256

    public var id: RequestID {
        switch self {
        case .ping(let id, _), .pong(let id, _, _), .findNode(let id, _), .nodes(let id, _, _), .talkRequest(let id, _, _),
            .talkResponse(let id, _):
            id
        }
    }
}
