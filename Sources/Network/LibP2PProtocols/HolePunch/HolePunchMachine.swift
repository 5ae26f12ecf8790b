public import Multiformats

/// The conversation of one hole punching attempt, for either side. Times are nanoseconds of whoever drives it.
///
/// The peer that was called through the relay begins: it sends where it is seen, takes the time until the other's answer,
/// says when, and dials half a round trip later; the other dials when it hears. So both dials cross in the middle, and each
/// NAT has let its own out before the other's comes in. The other acts as the dialer of what results.
public struct HolePunchMachine: Sendable {
    /// What to do.
    public enum Step: Equatable, Sendable {
        case send(HolePunchMessage)
        /// Send the word to start, then dial after a wait in nanoseconds.
        case sendAndDial(HolePunchMessage, [Multiaddr], after: UInt64)
        /// Dial at once.
        case dial([Multiaddr])
    }

    private enum Phase: Equatable {
        case fresh
        case awaitingConnect(since: UInt64)
        case awaitingSync([Multiaddr])
        case done
    }

    /// The longest round trip that is waited for.
    public static let longestRoundTrip: UInt64 = 10_000_000_000

    private let own: [Multiaddr]
    private var phase = Phase.fresh

    /// - Parameter own: where others have seen this node.
    public init(own: [Multiaddr]) { self.own = Array(own.prefix(HolePunchMessage.maximumAddresses)) }

    /// The first message of the side that begins.
    public mutating func begin(now: UInt64) -> HolePunchMessage {
        phase = .awaitingConnect(since: now)
        return HolePunchMessage(.connect, addresses: own)
    }

    /// Takes the other's message.
    public mutating func receive(_ message: HolePunchMessage, now: UInt64) throws(WireError) -> Step {
        switch (phase, message.kind) {
        case (.fresh, .connect):
            phase = .awaitingSync(try Self.dialable(message.addresses))
            return .send(HolePunchMessage(.connect, addresses: own))
        case (.awaitingConnect(let since), .connect):
            let addresses = try Self.dialable(message.addresses)
            phase = .done
            let trip = min(now - min(since, now), Self.longestRoundTrip)
            return .sendAndDial(HolePunchMessage(.sync), addresses, after: trip / 2)
        case (.awaitingSync(let addresses), .sync):
            phase = .done
            return .dial(addresses)
        default: throw .malformed("a hole punching message out of turn")
        }
    }

    private static func dialable(_ addresses: [Multiaddr]) throws(WireError) -> [Multiaddr] {
        let found = addresses.map(\.withoutPeer).filter(\.isBareTCP)
        guard !found.isEmpty else { throw .malformed("no address to punch to") }
        return found
    }
}
