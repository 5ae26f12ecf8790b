public import HivemindWire
public import LibP2P
import LibP2PProtocols
public import PeerIdentity

/// Hivemind's calls with one request and one answer, over a host's streams: each on a stream of its own whose protocol is the
/// call's name.
public enum UnaryCalls {
    /// Asks a connected peer.
    ///
    /// - Parameters:
    ///   - limit: bytes of the answer.
    ///   - patience: after it the stream is reset.
    /// - Throws: `HivemindError.remote` where the peer answers with an error.
    public static func ask(
        _ host: Host, _ peer: PeerID, _ name: String, _ request: [UInt8], limit: Int = UnaryFrame.maximumSize,
        patience: Duration = .seconds(5)
    ) async throws -> [UInt8] {
        let call = UnaryFrame.call(peer: peer.bytes, name: name, data: request)
        let stream = try await host.openStream(to: peer, [name])
        let deadline = stream.deadline(patience)
        defer { deadline.cancel() }
        do {
            try await stream.write(call.framed)
            var reader = StreamReader(stream)
            guard let bytes = try await reader.frame(limit: limit) else { throw HostError.streamEnded }
            let answer = try UnaryFrame(bytes: bytes)
            guard answer.id == call.id else { throw HivemindError.malformed("an answer to another call") }
            switch answer.body {
            case .response(let data):
                stream.close()
                return data
            case .failure(let message): throw HivemindError.remote(message)
            case .call, .cancel: throw HivemindError.malformed("a call in the place of an answer")
            }
        } catch {
            stream.reset()
            throw error
        }
    }

    /// Serves `name` from now on: an error that `answer` throws is told to the peer.
    public static func serve(
        _ host: Host, _ name: String, limits: CallLimits, answer: @escaping @Sendable (PeerID, [UInt8]) async throws -> [UInt8]
    ) {
        let gate = CallGate(limits)
        host.handle(name) { stream in
            let deadline = stream.deadline(limits.patience)
            defer { deadline.cancel() }
            try await gate.pass(stream.peer) {
                let arrival = stream.deadline(limits.arrival)
                defer { arrival.cancel() }
                var reader = StreamReader(stream)
                // p2pd's frame says who is asked and by which name, besides the request.
                guard let bytes = try await reader.frame(limit: limits.requestSize + name.utf8.count + 256) else { return }
                arrival.cancel()
                let call = try UnaryFrame(bytes: bytes)
                guard case .call(_, _, let data) = call.body else { throw HivemindError.malformed("no call") }
                let body: UnaryFrame.Body
                do { body = .response(try await answer(stream.peer, data)) } catch { body = .failure("\(error)") }
                try await stream.write(UnaryFrame(id: call.id, body).framed)
            }
        }
    }
}
