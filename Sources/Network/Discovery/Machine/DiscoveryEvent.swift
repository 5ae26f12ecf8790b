public import NodeRecords

/// What a discovery node learned.
public enum DiscoveryEvent: Sendable {
    /// A node answered for the first time, or with a newer record.
    case live(NodeContact)
    /// The lookup ended with the nearest that answered, nearest first.
    case lookupEnded(LookupID, [NodeContact])
    /// This node's own record is another now.
    case recordChanged(NodeRecord)
    /// A node of discovery 4 said where it sees this one.
    case seen(at: NodeEndpoint, by: NodeEndpoint)
    /// A request of another protocol, to be answered with `answerTalk`.
    case talkRequest(RequestID, from: NodeAddress, protocol: [UInt8], request: [UInt8])
    /// What a caller's request brought; `nil` when nothing came in time.
    case response(RequestID, DiscoveryMessage?)
}
