import LibP2P
import LibP2PProtocols
import PeerIdentity

/// One stream to each provider of a file, opened when it is first asked.
actor BlobStreams {
    private let host: Host
    private var streams: [PeerID: PeerStream] = [:]

    init(_ host: Host) { self.host = host }

    func ask(_ provider: PeerID, _ request: BlobExchange.Request) async throws -> BlobExchange.Answer {
        let stream = try await stream(to: provider)
        let deadline = stream.deadline(BlobExchange.patience)
        defer { deadline.cancel() }
        do {
            try await stream.write(VarintFrames.frame(request.bytes))
            // One answer a request: nothing of the next one can have come with it.
            var reader = StreamReader(stream)
            guard let bytes = try await reader.frame(limit: BlobExchange.maximumAnswer) else { throw HostError.streamEnded }
            return try BlobExchange.Answer(message: bytes)
        } catch {
            streams[provider] = nil
            stream.reset()
            throw error
        }
    }

    func close() {
        for stream in streams.values { stream.close() }
        streams = [:]
    }

    private func stream(to provider: PeerID) async throws -> PeerStream {
        if let stream = streams[provider] { return stream }
        try await host.connect(to: provider)
        let stream = try await host.openStream(to: provider, [BlobExchange.name])
        streams[provider] = stream
        return stream
    }
}
