import HivemindWire
public import LibP2P
import NIOCore
import PeerIdentity

/// Hivemind's calls that stream, as the side that is called.
public enum StreamCalls {
    /// Thrown by an answer that told the peer of its error itself.
    public struct Told: Error, Sendable {
        public init() {}
    }

    /// How long a caller may take to close after the last frame.
    private static let farewell: Duration = .seconds(5)

    /// Serves `name` from now on. What `answer` throws is told to the peer. The end of an answer is the end of our direction: an
    /// error without text, by which a caller says that it is done, would be an error to it.
    ///
    /// - Parameters:
    ///   - limits: of calls at once and of time; who finds no place is told so at once where none may wait. How long a request
    ///     may take to come (`arrival`), and its size, are the answer's own matter: only it knows where a request ends.
    ///   - answer: reads from the stream by `StreamFrames` and writes messages to it. It leaves the end to its caller.
    public static func serve(
        _ host: Host, _ name: String, limits: CallLimits, answer: @escaping @Sendable (PeerStream) async throws -> Void
    ) {
        let gate = CallGate(limits)
        host.handle(name) { stream in
            let deadline = stream.deadline(limits.patience)
            defer { deadline.cancel() }
            do {
                try await gate.pass(stream.peer) { try await answer(stream) }
            } catch is Told {
                return
            } catch CallGate.Refusal.tooMany {
                try await stream.write(StreamFrame.failure("too many calls at once; try again later").bytes)
            } catch {
                try await stream.write(StreamFrame.failure("\(error)").bytes)
            }
            stream.closeWrite()
            await drain(stream)
        }
    }

    /// Passes over what the caller still says, until it closes: a stream that is reset would lose what is on its way to it.
    private static func drain(_ stream: PeerStream) async {
        let deadline = stream.deadline(farewell)
        defer { deadline.cancel() }
        while let more = try? await stream.read(), more.readableBytes > 0 {}
    }
}
