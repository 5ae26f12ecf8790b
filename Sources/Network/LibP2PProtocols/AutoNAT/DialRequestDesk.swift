public import Multiformats
public import PeerIdentity

/// Which address of a request of AutoNAT v2 this node dials, and what it asks for it first. Whoever asks for an address with another
/// IP than its own connection shows pays with more bytes than the dial costs whoever lives there, so that nobody has a third party
/// dialled to its harm. Pure: times are seconds of whoever asks.
public struct DialRequestDesk: Sendable {
    public struct Limits: Equatable, Sendable {
        public var perMinute = 60
        public var perPeerAndMinute = 12
        /// Dials that are paid for.
        public var paidPerMinute = 12
        /// No more than one peer's requests in a row, so that nobody uses up what all others may pay for.
        public var paidPerPeerAndMinute = 3
        public var atOnce = 8
        public var atOncePerPeer = 2
        /// Bytes that are asked for, as the specification has it: a handshake takes less than 10,000.
        public var price = 30_000...100_000
        /// A dial that was paid for waits for a moment drawn up to this one, so that many nodes that are asked at once do not dial at
        /// once.
        public var longestWait: Duration = .seconds(3)
        /// Addresses that are not public are dialled too, for tests on one machine.
        public var dialsLocal = false

        public init() {}
    }

    /// One address to dial.
    public struct Job: Equatable, Sendable {
        public let index: Int
        public let address: Multiaddr
        /// Bytes that are to come first; none where the peer is seen at the address's IP.
        public let price: Int
        private var paid = 0

        init(index: Int, address: Multiaddr, price: Int) { (self.index, self.address, self.price) = (index, address, price) }

        public var isPaid: Bool { paid >= price }

        /// Takes what the peer sends; only data counts. The last message may hold more than is missing.
        public mutating func pay(_ message: DialRequestMessage) throws(WireError) {
            guard case .data(let data) = message, !data.isEmpty else { throw .malformed("data was asked for") }
            paid += data.count
        }
    }

    /// Why nothing is dialled.
    public struct Refusal: Error, Equatable, Sendable {
        public let status: DialRequestMessage.Status

        public init(_ status: DialRequestMessage.Status) { self.status = status }
    }

    public let limits: Limits
    private var quota = MinuteQuota()
    private var paid = MinuteQuota()
    private var running: [PeerID: Int] = [:]

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// The first address that is dialled here. What it returns is to be ended by `done`.
    ///
    /// - Parameters:
    ///   - observed: the address of the peer's connection.
    ///   - families: lengths of the IP addresses that this node can reach: 4, 16 or both.
    ///   - price: draws what a dial elsewhere costs.
    public mutating func take(
        _ addresses: [Multiaddr], from peer: PeerID, observed: Multiaddr?, families: Set<Int>, now: UInt64,
        price: (ClosedRange<Int>) -> Int
    ) -> Result<Job, Refusal> {
        guard let observed, !observed.isRelayed, let seen = observed.ip else { return .failure(Refusal(.requestRejected)) }
        let fitting = addresses.enumerated().first { _, address in
            guard address.withoutPeer.isBareTCP, let ip = address.ip, families.contains(ip.count) else { return false }
            // Addresses that end in somebody else's id are somebody else's.
            guard address.peer == nil || address.peer == peer.bytes else { return false }
            return limits.dialsLocal || address.withoutPeer.isPublic
        }
        guard let (index, address) = fitting else { return .failure(Refusal(.dialRefused)) }
        guard running.values.reduce(0, +) < limits.atOnce, running[peer, default: 0] < limits.atOncePerPeer,
            quota.take(peer, all: limits.perMinute, each: limits.perPeerAndMinute, now: now)
        else { return .failure(Refusal(.requestRejected)) }
        let isElsewhere = address.ip != seen
        if isElsewhere, !paid.take(peer, all: limits.paidPerMinute, each: limits.paidPerPeerAndMinute, now: now) {
            return .failure(Refusal(.requestRejected))
        }
        running[peer, default: 0] += 1
        return .success(Job(index: index, address: address.withoutPeer, price: isElsewhere ? price(limits.price) : 0))
    }

    public mutating func done(_ peer: PeerID) {
        let left = running[peer, default: 1] - 1
        running[peer] = left > 0 ? left : nil
    }
}
