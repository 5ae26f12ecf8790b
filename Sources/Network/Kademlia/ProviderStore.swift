public import Multiformats
public import PeerIdentity

/// Who provides what, bounded, each entry for a time. Pure: times are the caller's, in seconds.
public struct ProviderStore: Sendable {
    public static let maximumKeys = 65_536
    public static let maximumProviders = 64
    public static let lifetime: UInt64 = 24 * 3600

    private struct Entry: Sendable {
        var addresses: [Multiaddr]
        var received: UInt64
    }

    private var providers: [[UInt8]: [PeerID: Entry]] = [:]

    public init() {}

    public var keyCount: Int { providers.count }

    /// Notes that `peer` provides `key`.
    public mutating func add(_ peer: KademliaMessage.Peer, for key: [UInt8], now: UInt64) {
        guard providers[key] != nil || providers.count < Self.maximumKeys else { return }
        var entries = providers[key] ?? [:]
        if entries[peer.id] == nil, entries.count >= Self.maximumProviders {
            guard let oldest = entries.min(by: { $0.value.received < $1.value.received })?.key else { return }
            entries[oldest] = nil
        }
        entries[peer.id] = Entry(addresses: peer.addresses, received: now)
        providers[key] = entries
    }

    /// The providers of `key` that live.
    public func get(_ key: [UInt8], now: UInt64) -> [KademliaMessage.Peer] {
        (providers[key] ?? [:]).filter { now < $0.value.received + Self.lifetime }
            .map { KademliaMessage.Peer(id: $0.key, addresses: $0.value.addresses) }
            .sorted { $0.id.bytes.lexicographicallyPrecedes($1.id.bytes) }
    }

    public mutating func expire(now: UInt64) {
        for key in Array(providers.keys) {
            providers[key] = providers[key]?.filter { now < $0.value.received + Self.lifetime }
            if providers[key]?.isEmpty == true { providers[key] = nil }
        }
    }
}
