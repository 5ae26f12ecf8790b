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
        try await take(name, from: peer, within: patience) { reader in try await reader.frame(limit: limit) }
    }

    /// Asks a peer for what `read` makes of its stream.
    func take<Answer>(
        _ name: String, from peer: PeerID, within patience: Duration, _ read: (inout StreamReader) async throws -> Answer?
    ) async throws -> Answer {
        let stream = try await openStream(to: peer, [name])
        return try await stream.use(within: patience) {
            stream.closeWrite()
            var reader = StreamReader(stream)
            guard let answer = try await read(&reader) else { throw HostError.streamEnded }
            return answer
        }
    }
}
