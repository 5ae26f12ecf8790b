import Multiformats
public import NodeRecords

extension DiscoveryMachine {
    /// Changes what the record says; nodes learn of it from its sequence number.
    ///
    /// - Throws: where the record would not fit in 300 bytes; then it stays as it was.
    public mutating func updateRecord(_ change: (inout NodeRecordEntries) -> Void) throws(NodeRecordError) {
        var entries = record.entries
        change(&entries)
        guard entries != record.entries else { return }
        record = try NodeRecord(entries, sequence: record.sequence + 1, signedBy: key)
        events.append(.recordChanged(record))
    }

    /// A node said where it sees this one.
    public mutating func seen(at endpoint: NodeEndpoint, by voter: NodeEndpoint, now: UInt64) {
        guard configuration.endpointQuorum != nil, let agreed = votes.add(endpoint, by: voter.address, now: now) else { return }
        let known =
            agreed.address.isIPv4
            ? record.ip4.map { NodeEndpoint(address: $0, port: record.udp ?? 0) }
            : record.ip6.map { NodeEndpoint(address: $0, port: record.udp6 ?? record.udp ?? 0) }
        // What is known to the whole network is not given up for a local address.
        guard agreed != known, agreed.address.isGlobal || known?.address.isGlobal != true else { return }
        try? updateRecord { $0.setUDP(agreed) }
    }
}
