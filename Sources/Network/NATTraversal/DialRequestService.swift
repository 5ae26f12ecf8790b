import LibP2P
import LibP2PProtocols
import Multiformats
import PeerIdentity
import Synchronization

/// Tells peers at which of their addresses they can be dialled, by dialling there and saying their nonce (libp2p specs, autonat-v2).
final class DialRequestService: Sendable {
    static let patience: Duration = .seconds(45)
    /// How long the data that a dial costs may take.
    private static let paymentTime: Duration = .seconds(15)

    private let host: Host
    private let limits: DialRequestDesk.Limits
    private let now: @Sendable () -> UInt64
    private let desk: Mutex<DialRequestDesk>

    init(host: Host, limits: DialRequestDesk.Limits = .init(), now: @escaping @Sendable () -> UInt64) {
        (self.host, self.limits, self.now) = (host, limits, now)
        desk = Mutex(DialRequestDesk(limits: limits))
    }

    /// Serves from now on.
    func serve() {
        host.handle(DialRequestMessage.name) { [weak self] stream in try await self?.answer(stream) }
    }

    private func answer(_ stream: PeerStream) async throws {
        let deadline = stream.deadline(Self.patience)
        defer { deadline.cancel() }
        var reader = StreamReader(stream)
        guard let bytes = try await reader.frame(limit: DialRequestMessage.maximumSize) else { return }
        guard case .request(let addresses, let nonce) = try DialRequestMessage(bytes: bytes) else {
            throw WireError.malformed("a request was to come")
        }
        let families = families
        let taken = desk.withLock {
            $0.take(addresses, from: stream.peer, observed: stream.remoteAddress, families: families, now: now()) {
                Int.random(in: $0)
            }
        }
        let job: DialRequestDesk.Job
        switch taken {
        case .failure(let refusal): return try await stream.write(Self.frame(.response(refusal.status, index: 0, dial: .unused)))
        case .success(let found): job = found
        }
        defer { desk.withLock { $0.done(stream.peer) } }
        try await collect(job, stream, &reader)
        try await stream.write(Self.frame(answer(job, stream.peer, nonce)))
    }

    /// Has what a dial elsewhere costs paid.
    private func collect(_ job: DialRequestDesk.Job, _ stream: PeerStream, _ reader: inout StreamReader) async throws {
        guard job.price > 0 else { return }
        do {
            // Who pays by drops would keep one of few places from the others.
            let deadline = stream.deadline(Self.paymentTime)
            defer { deadline.cancel() }
            try await stream.write(Self.frame(.dataRequest(index: job.index, count: UInt64(job.price))))
            var job = job
            while !job.isPaid {
                guard let bytes = try await reader.frame(limit: DialRequestMessage.maximumSize) else { throw HostError.streamEnded }
                try job.pay(DialRequestMessage(bytes: bytes))
            }
        }
        if limits.longestWait > .zero { try await Task.sleep(for: limits.longestWait * Double.random(in: 0...1)) }
    }

    /// Dials, and says what came of it.
    private func answer(_ job: DialRequestDesk.Job, _ peer: PeerID, _ nonce: UInt64) async -> DialRequestMessage {
        do {
            let isHeard = try await host.probe(job.address, expecting: peer, DialBackMessage.name) { stream in
                try await stream.use(within: DialRequestAsker.nonceTime) {
                    try await stream.write(VarintFrames.frame(DialBackMessage(nonce: nonce).bytes))
                    var reader = StreamReader(stream)
                    guard let answer = try await reader.frame(limit: DialBackMessage.maximumSize), DialBackMessage.isTaken(answer) else {
                        throw HostError.streamEnded
                    }
                }
            }
            return .response(.ok, index: job.index, dial: isHeard ? .ok : .dialBackError)
        } catch is ResourceLedger.Exceeded, HostError.resources {
            // That this node is full says nothing of the address.
            return .response(.internalError, index: 0, dial: .unused)
        } catch {
            return .response(.ok, index: job.index, dial: .dialError)
        }
    }

    /// What this node can dial: IPv4 where it listens on it at all, IPv6 where it has a public address of it.
    private var families: Set<Int> {
        let own = host.listenAddresses.filter { !$0.isRelayed && ($0.ip?.count == 4 || limits.dialsLocal || $0.isPublic) }
        return Set(own.compactMap { $0.ip?.count })
    }

    private static func frame(_ message: DialRequestMessage) -> [UInt8] { VarintFrames.frame(message.bytes) }
}
