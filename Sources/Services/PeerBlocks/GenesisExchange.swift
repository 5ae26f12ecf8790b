public import LibP2P
import LibP2PProtocols
public import PeerIdentity

/// What a chain begins with, given to those who want to follow it: bytes of a few kilobytes, which whoever asks checks against
/// the root that it trusts.
public enum GenesisExchange {
    public static let name = "/polai/genesis/1.0.0"
    /// The longest description that is taken.
    public static let limit = 1 << 20
    private static let patience: Duration = .seconds(10)

    /// Gives `description` to everybody who asks.
    public static func serve(_ host: Host, _ description: [UInt8]) {
        host.handle(name) { stream in
            let deadline = stream.deadline(patience)
            defer { deadline.cancel() }
            try await stream.write(VarintFrames.frame(description))
        }
    }

    /// Asks a peer that is connected.
    public static func fetch(from peer: PeerID, over host: Host) async throws -> [UInt8] {
        let stream = try await host.openStream(to: peer, [name])
        let deadline = stream.deadline(patience)
        defer { deadline.cancel() }
        do {
            stream.closeWrite()
            var reader = StreamReader(stream)
            guard let bytes = try await reader.frame(limit: limit) else { throw HostError.streamEnded }
            stream.close()
            return bytes
        } catch {
            stream.reset()
            throw error
        }
    }
}
