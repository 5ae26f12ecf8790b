import LibP2P
import LibP2PProtocols
import Multiformats
import PeerIdentity
import Synchronization

/// Asks peers at which of its addresses this node can be dialled, and hears the calls that prove it (libp2p specs, autonat-v2).
final class DialRequestAsker: Sendable {
    /// How long a call may take to say its nonce.
    static let nonceTime: Duration = .seconds(10)
    /// Requests to one peer in a row: each is about the addresses after the one that was not reached.
    private static let mostRequests = 3

    /// A request whose call has not come, or has.
    private struct Waiting {
        let since: ContinuousClock.Instant
        var heard: Multiaddr?
    }

    private let host: Host
    private let waiting = Mutex<[UInt64: Waiting]>([:])

    init(host: Host) { self.host = host }

    /// Hears calls from now on.
    func serve() {
        host.handle(DialBackMessage.name) { [weak self] stream in try await self?.hear(stream) }
    }

    /// The first address at which `peer` reached this node, or `nil` where it reached it at none that it dialled.
    func firstReached(of addresses: [Multiaddr], by peer: PeerID) async throws -> Multiaddr? {
        var rest = addresses
        for round in 0..<Self.mostRequests where !rest.isEmpty {
            do {
                switch try await ask(peer, rest) {
                case .reached(let address): return address
                case .notReached(let address): rest = Array(rest[((rest.firstIndex(of: address) ?? rest.endIndex - 1) + 1)...])
                case .pay: throw DialRequestError.unexpected
                }
            } catch DialRequestError.refused(.dialRefused) where round > 0 {
                // It dials none of the others.
                return nil
            }
        }
        guard rest.count < addresses.count else { throw DialRequestError.refused(.dialRefused) }
        return nil
    }

    private func ask(_ peer: PeerID, _ addresses: [Multiaddr]) async throws -> DialRequestMachine.Step {
        var machine = DialRequestMachine(addresses: addresses, nonce: .random(in: 1 ... .max))
        let nonce = machine.nonce
        waiting.withLock { $0[nonce] = Waiting(since: .now) }
        defer { waiting.withLock { $0[nonce] = nil } }
        let stream = try await host.openStream(to: peer, [DialRequestMessage.name])
        return try await stream.use(within: DialRequestService.patience) {
            try await stream.write(VarintFrames.frame(machine.request.bytes))
            var reader = StreamReader(stream)
            while let bytes = try await reader.frame(limit: DialRequestMessage.maximumSize) {
                let heard = waiting.withLock { $0[nonce]?.heard }
                let step = try machine.receive(DialRequestMessage(bytes: bytes), heard: heard)
                guard case .pay(let count) = step else { return step }
                try await pay(count, on: stream)
            }
            throw HostError.streamEnded
        }
    }

    private func pay(_ count: Int, on stream: PeerStream) async throws {
        let part = VarintFrames.frame(DialRequestMessage.data([UInt8](repeating: 0, count: DialRequestMessage.maximumData)).bytes)
        // The last message may hold more than is missing.
        for _ in stride(from: 0, to: count, by: DialRequestMessage.maximumData) { try await stream.write(part) }
    }

    /// Takes the nonce of a call. It must come on a connection that was opened for it: over one that is there already it proves nothing.
    /// Who calls says nothing: a server may dial under another identity.
    private func hear(_ stream: PeerStream) async throws {
        let deadline = stream.deadline(Self.nonceTime)
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        guard let bytes = try await reader.frame(limit: DialBackMessage.maximumSize) else { return }
        let nonce = try DialBackMessage(bytes: bytes).nonce
        let isKnown = waiting.withLock { waiting in
            guard let found = waiting[nonce], stream.isOnInboundConnection, !stream.isRelayed, stream.connectionOpened >= found.since
            else { return false }
            waiting[nonce]?.heard = stream.remoteAddress
            return true
        }
        guard isKnown else { throw HostError.refused("nobody asked for this call") }
        try await stream.write(VarintFrames.frame(DialBackMessage.taken))
    }
}
