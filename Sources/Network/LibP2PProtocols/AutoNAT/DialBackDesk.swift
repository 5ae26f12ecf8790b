public import Multiformats
public import PeerIdentity

/// Whom this node dials back for AutoNAT, and where: only the address that it sees the peer at, and not too often. Without
/// that, a node that dials what it is told would be a weapon. Pure: times are seconds of whoever asks.
public struct DialBackDesk: Sendable {
    public struct Limits: Equatable, Sendable {
        public var perMinute: Int = 30
        public var perPeerAndMinute = 3
        public var atOnce = 8
        public var addresses = 8
        /// Addresses that are not public are dialled too, for tests on one machine.
        public var dialsLocal = false

        public init() {}
    }

    public let limits: Limits
    private var quota = MinuteQuota()
    private var running = 0

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// The addresses to dial, or why none is: `dialRefused` or `badRequest`. What it returns is to be ended by `done`.
    /// - Parameter observed: the address of the peer's connection.
    public mutating func take(
        _ request: RelayPeer, from peer: PeerID, observed: Multiaddr?, now: UInt64
    ) -> Result<[Multiaddr], Refusal> {
        guard request.id == peer else { return .failure(Refusal(status: .badRequest, text: "a peer asks for itself only")) }
        guard let observed, !observed.isRelayed, let ip = observed.ip else {
            return .failure(Refusal(status: .dialRefused, text: "the peer's address is not seen"))
        }
        let fitting = request.addresses.map(\.withoutPeer).filter { address in
            guard address.isBareTCP, address.ip == ip else { return false }
            return limits.dialsLocal || address.isPublic
        }
        guard !fitting.isEmpty else {
            return .failure(Refusal(status: .dialRefused, text: "no address with the IP that the peer is seen at"))
        }
        guard running < limits.atOnce, quota.take(peer, all: limits.perMinute, each: limits.perPeerAndMinute, now: now) else {
            return .failure(Refusal(status: .dialRefused, text: "too many dials"))
        }
        running += 1
        return .success(Array(fitting.prefix(limits.addresses)))
    }

    public mutating func done() { running -= 1 }

    /// Why a request is not dialled.
    public struct Refusal: Error, Equatable, Sendable {
        public let status: AutoNATMessage.Status
        public let text: String
    }
}
