public import LibP2P
public import PeerIdentity

/// What a chain begins with, given to those who want to follow it: bytes of a few kilobytes, which whoever asks checks against
/// the root that it trusts.
public enum GenesisExchange {
    public static let name = "/polai/genesis/1.0.0"
    /// The longest description that is taken.
    public static let limit = 1 << 20
    private static let patience: Duration = .seconds(10)

    /// Gives `description` to everybody who asks.
    public static func serve(_ host: Host, _ description: [UInt8]) { host.give(name, within: patience) { description } }

    /// Asks a peer that is connected.
    public static func fetch(from peer: PeerID, over host: Host) async throws -> [UInt8] {
        try await host.take(name, from: peer, limit: limit, within: patience)
    }
}
