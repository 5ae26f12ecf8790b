import LibP2P
import LibP2PProtocols
import PeerIdentity

/// Protocols in which a peer that is asked writes one frame, and nothing need be said to it.
extension Host {
    /// Answers `name` by what `frame` gives.
    ///
    /// - Parameter patience: for the frame to be made and taken.
    func give(_ name: String, within patience: Duration, _ frame: @escaping @Sendable () async throws -> [UInt8]) {
        handle(name) { stream in
            let deadline = stream.deadline(patience)
            defer { deadline.cancel() }
            try await stream.write(VarintFrames.frame(try await frame()))
        }
    }

    /// Asks a peer for its frame.
    ///
    /// - Parameter limit: bytes of it.
    func take(_ name: String, from peer: PeerID, limit: Int, within patience: Duration) async throws -> [UInt8] {
        let stream = try await openStream(to: peer, [name])
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
