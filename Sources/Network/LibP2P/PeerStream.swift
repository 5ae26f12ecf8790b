public import Multiformats
public import NIOCore
public import PeerIdentity
import LibP2PProtocols

/// One stream of a connection, after both sides agreed on its protocol.
///
/// Reading gives back the peer's window, writing waits for the peer's: nothing is buffered without bound. A cancelled read or
/// write resets the stream.
public final class PeerStream: Sendable {
    public let peer: PeerID
    public let protocolName: String
    let connection: PeerConnection
    let id: YamuxStreamID

    init(connection: PeerConnection, peer: PeerID, id: YamuxStreamID, protocolName: String) {
        (self.connection, self.peer, self.id, self.protocolName) = (connection, peer, id, protocolName)
    }

    /// Whether the connection runs through a relay.
    public var isRelayed: Bool { connection.isRelayed }
    /// Whether the peer opened the connection.
    public var isOnInboundConnection: Bool { connection.cameIn }
    /// When the connection was opened.
    public var connectionOpened: ContinuousClock.Instant { connection.opened }
    /// The other end of the connection.
    public var remoteAddress: Multiaddr? { connection.remoteAddress }

    /// Resets the stream after a time, unless the task is cancelled first: a peer that never answers holds nobody up.
    public func deadline(_ patience: Duration) -> Task<Void, any Error> {
        Task {
            try await Task.sleep(for: patience)
            reset()
        }
    }

    /// Does `work` with the stream and closes it after; an error, or the end of the time, resets it.
    public func use<Answer>(within patience: Duration, _ work: () async throws -> Answer) async throws -> Answer {
        let deadline = deadline(patience)
        defer { deadline.cancel() }
        do {
            let answer = try await work()
            close()
            return answer
        } catch {
            reset()
            throw error
        }
    }

    /// The next bytes, or `nil` once the peer has closed its direction.
    public func read() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await connection.perform { [id] in $0.read(id) }
        } onCancel: {
            reset()
        }
    }

    /// Returns when the peer's window has taken all of `bytes`.
    public func write(_ bytes: ByteBuffer) async throws {
        try await withTaskCancellationHandler {
            try await connection.perform { [id] in $0.write(bytes, on: id) }
        } onCancel: {
            reset()
        }
    }

    public func write(_ bytes: [UInt8]) async throws { try await write(ByteBuffer(bytes: bytes)) }

    /// Ends our direction.
    public func closeWrite() { connection.onLoop { [id] in $0.closeWrite(id) } }

    /// Ends our direction and reads no more.
    public func close() { connection.onLoop { [id] in $0.close(id) } }

    /// Ends both directions at once.
    public func reset() { connection.onLoop { [id] in $0.reset(id) } }
}
