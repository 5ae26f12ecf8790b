import Multiformats
import NIOCore
import NodeRecords
import RLPx
import Secp256k1
import Synchronization

/// A connection's state machine with its socket. Bytes leave in the order in which they were sealed: both happen under one lock.
final class RLPxLink: Sendable {
    private struct State {
        var connection: RLPxConnection
        /// Bytes that the socket has not taken yet.
        var unsent = 0
        var lastHeard: ContinuousClock.Instant
        var isPinged = false
        var failure: RLPxHostError?
    }

    let channel: any Channel
    let endpoint: NodeEndpoint
    /// Whether the other side dialled.
    let isInbound: Bool
    private let maximumUnsent: Int
    private let state: Mutex<State>

    init(_ connection: RLPxConnection, channel: any Channel, endpoint: NodeEndpoint, isInbound: Bool, maximumUnsent: Int) {
        (self.channel, self.endpoint, self.isInbound, self.maximumUnsent) = (channel, endpoint, isInbound, maximumUnsent)
        state = Mutex(State(connection: connection, lastHeard: .now))
    }

    /// Why it ended.
    var failure: RLPxHostError? { state.withLock { $0.failure } }
    var remoteKey: Secp256k1PublicKey? { state.withLock { $0.connection.remoteKey } }

    /// Sends what the machine has ready: the dialler's first packet.
    func begin() { state.withLock { flush(&$0) } }

    func receive(_ bytes: ByteBuffer) -> [RLPxConnection.Event] {
        state.withLock { state in
            (state.lastHeard, state.isPinged) = (.now, false)
            // What is left to say is sent either way.
            defer { flush(&state) }
            return state.connection.receive(bytes.readableBytesView)
        }
    }

    /// Throws what ended the connection behind the events that were told of last.
    func check() throws(RLPxHostError) {
        if let failure = state.withLock({ $0.connection.failure }) { throw .protocolError(failure) }
    }

    func send(_ code: UInt64, of name: String, data: [UInt8]) {
        state.withLock { state in
            try? state.connection.send(code, of: name, data: data)
            flush(&state)
        }
    }

    func disconnect(_ reason: DisconnectReason, because failure: RLPxHostError? = nil) {
        state.withLock { state in
            if state.failure == nil { state.failure = failure ?? .refused(reason) }
            state.connection.disconnect(reason)
            flush(&state)
        }
        // Behind what was written.
        channel.close(promise: nil)
    }

    /// Asks whether a silent peer is there; gives it up when it stays silent.
    func watch(pingAfter: Duration, silenceTimeout: Duration) {
        let silence = state.withLock { state in
            let silence = ContinuousClock.now - state.lastHeard
            if silence >= pingAfter, !state.isPinged {
                state.isPinged = true
                try? state.connection.ping()
                flush(&state)
            }
            return silence
        }
        if silence >= silenceTimeout { disconnect(.pingTimeout, because: .timedOut) }
    }

    private func flush(_ state: inout State) {
        let bytes = state.connection.takeOutput()
        guard !bytes.isEmpty else { return }
        state.unsent += bytes.count
        guard state.unsent <= maximumUnsent else {
            if state.failure == nil { state.failure = .tooSlow }
            channel.close(promise: nil)
            return
        }
        channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenComplete { [weak self] _ in
            self?.state.withLock { $0.unsent -= bytes.count }
        }
    }
}
