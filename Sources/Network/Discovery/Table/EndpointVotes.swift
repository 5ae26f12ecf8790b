public import Multiformats
public import NodeRecords

/// Where other nodes see this one. An endpoint is believed when enough of them, from different networks, agree.
public struct EndpointVotes: Sendable {
    private struct Vote: Sendable {
        let endpoint: NodeEndpoint
        let time: UInt64
    }

    /// How many must agree.
    public let quorum: Int
    /// Milliseconds after which a vote is forgotten.
    public let lifetime: UInt64
    static let capacity = 128
    private var votes: [IPNetwork: Vote] = [:]

    public init(quorum: Int = 3, lifetime: UInt64 = 300_000) { (self.quorum, self.lifetime) = (quorum, lifetime) }

    /// Counts what `voter` says, one vote a network, and returns the endpoint that more than half and enough agree on. Within a
    /// machine or a local network one voice suffices, as nobody else can have one.
    public mutating func add(_ endpoint: NodeEndpoint, by voter: IPAddress, now: UInt64) -> NodeEndpoint? {
        guard endpoint.port != 0, !endpoint.address.isUnspecified, !endpoint.address.isMulticast else { return nil }
        guard AddressRules.mayTell(endpoint, from: voter) else { return nil }
        votes = votes.filter { $0.value.time + lifetime > now }
        guard votes.count < Self.capacity || votes[voter.network] != nil else { return nil }
        votes[voter.network] = Vote(endpoint: endpoint, time: now)
        if !endpoint.address.isGlobal, !voter.isGlobal {
            return votes.values.contains { $0.endpoint.address.isGlobal } ? nil : endpoint
        }
        let agreeing = votes.values.count { $0.endpoint == endpoint }
        let ofKind = votes.values.count { $0.endpoint.address.isIPv4 == endpoint.address.isIPv4 }
        return agreeing >= quorum && 2 * agreeing > ofKind ? endpoint : nil
    }
}
