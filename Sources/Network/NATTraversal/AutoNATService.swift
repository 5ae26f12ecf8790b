public import LibP2P
public import LibP2PProtocols
import Multiformats
import PeerIdentity
import Synchronization

/// Tells peers whether they can be dialled, by dialling them (libp2p specs, autonat-v1).
public final class AutoNATService: Sendable {
    static let patience: Duration = .seconds(15)

    private let host: Host
    private let now: @Sendable () -> UInt64
    private let desk: Mutex<DialBackDesk>

    public init(host: Host, limits: DialBackDesk.Limits = .init(), now: @escaping @Sendable () -> UInt64) {
        (self.host, self.now) = (host, now)
        desk = Mutex(DialBackDesk(limits: limits))
    }

    /// Serves from now on.
    public func serve() {
        host.handle(AutoNATMessage.name) { [weak self] stream in try await self?.answer(stream) }
    }

    private func answer(_ stream: PeerStream) async throws {
        let deadline = stream.deadline(Self.patience * 2)
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        guard let bytes = try await reader.frame(limit: AutoNATMessage.maximumSize) else { return }
        let answer: AutoNATMessage
        if case .dial(let request)? = try? AutoNATMessage(bytes: bytes) {
            let taken = desk.withLock { $0.take(request, from: stream.peer, observed: stream.remoteAddress, now: now()) }
            switch taken {
            case .failure(let refusal): answer = .response(refusal.status, text: refusal.text, address: nil)
            case .success(let addresses):
                defer { desk.withLock { $0.done() } }
                answer = await dial(stream.peer, addresses)
            }
        } else {
            answer = .response(.badRequest, text: "the message is malformed", address: nil)
        }
        try await stream.write(VarintFrames.frame(answer.bytes))
    }

    private func dial(_ peer: PeerID, _ addresses: [Multiaddr]) async -> AutoNATMessage {
        let reached = await withTaskGroup(of: Multiaddr?.self) { tasks in
            for address in addresses {
                tasks.addTask { [host] in (try? await host.probe(address, expecting: peer)) == nil ? nil : address }
            }
            defer { tasks.cancelAll() }
            for await address in tasks where address != nil { return address }
            return nil
        }
        return reached.map { .response(.ok, text: nil, address: $0) } ?? .response(.dialError, text: "no address answered", address: nil)
    }
}

extension Host {
    /// Asks `peer` whether it can dial this node at `addresses`: the one that answered, or `nil` where none did.
    func askReachability(_ peer: PeerID, at addresses: [Multiaddr]) async throws -> Multiaddr? {
        let stream = try await openStream(to: peer, [AutoNATMessage.name])
        let deadline = stream.deadline(AutoNATService.patience * 2)
        defer {
            deadline.cancel()
            stream.close()
        }
        let request = AutoNATMessage.dial(RelayPeer(id: peerID, addresses: Array(addresses.prefix(RelayPeer.maximumAddresses))))
        try await stream.write(VarintFrames.frame(request.bytes))
        var reader = StreamReader(stream)
        guard let bytes = try await reader.frame(limit: AutoNATMessage.maximumSize) else { throw HostError.streamEnded }
        guard case .response(let status, let text, let address) = try AutoNATMessage(bytes: bytes) else { throw HostError.streamEnded }
        switch status {
        case .ok:
            // An address that was not asked about is none that answered.
            guard let address else { return addresses.first }
            guard addresses.contains(address) else { throw HostError.refused("AutoNAT answers of another address than was asked about") }
            return address
        case .dialError: return nil
        default: throw HostError.refused("AutoNAT: \(text ?? "\(status)")")
        }
    }
}
