import HivemindWire
import LibP2P
import NIOCore
import PetalsWire

/// A session's stream over a host: each step has its own deadline, so that a session may be as long as its text.
actor StreamLink: InferenceLink {
    private let stream: PeerStream
    private let patience: Duration
    private var buffer = ByteBuffer()
    private var isOver = false

    init(_ stream: PeerStream, patience: Duration) { (self.stream, self.patience) = (stream, patience) }

    deinit { stream.close() }

    func step(_ request: ExpertRequest, limit: Int) async throws -> ExpertResponse {
        let deadline = stream.deadline(patience)
        defer { deadline.cancel() }
        try await stream.write(StreamFrame.message(request.bytes).bytes)
        return try ExpertResponse(bytes: try await answer(limit: limit))
    }

    private func answer(limit: Int) async throws -> [UInt8] {
        while true {
            switch try StreamFrame.next(in: &buffer, limit: limit) {
            case .message(let message)?: return message
            case .failure(let message)?: throw HivemindError.remote(message)
            case .end?: throw HivemindError.remote("the session is over")
            case nil: break
            }
            guard var more = try await stream.read() else { throw HostError.streamEnded }
            buffer.writeBuffer(&more)
        }
    }

    func end() async {
        guard !isOver else { return }
        isOver = true
        let deadline = stream.deadline(.seconds(2))
        defer { deadline.cancel() }
        // Whoever is gone needs no farewell.
        try? await stream.write(StreamFrame.message(ExpertRequest().bytes).bytes + StreamFrame.end.bytes)
        stream.close()
    }
}
