public import Multiformats

/// What came of a request of AutoNAT v2, for whoever asked.
public enum DialRequestError: Error, Equatable, Sendable, CustomStringConvertible {
    case refused(DialRequestMessage.Status)
    /// The peer wants more data than a dial is worth.
    case tooDear(UInt64)
    /// It names an address that was not asked about, or another than it had paid for.
    case otherAddress(Int)
    /// It says that it dialled, and nobody said the nonce.
    case notHeard
    /// It reached somebody, who did not take the nonce: that says nothing of the address.
    case nonceLost
    case unexpected

    public var description: String {
        switch self {
        case .refused(let status): "the peer does not dial: \(status)"
        case .tooDear(let count): "the peer wants \(count) bytes before it dials"
        case .otherAddress(let index): "the peer answers of address \(index), which it was not to dial"
        case .notHeard: "the peer says that it dialled, but its call did not come"
        case .nonceLost: "the peer reached somebody who did not take its nonce"
        case .unexpected: "the peer's message does not belong here"
        }
    }
}

/// The asking side of AutoNAT v2, without a stream: takes the peer's messages and says what is to be done.
public struct DialRequestMachine: Sendable {
    public enum Step: Equatable, Sendable {
        /// Send so many bytes, in `data` messages.
        case pay(Int)
        case reached(Multiaddr)
        case notReached(Multiaddr)
    }

    public let addresses: [Multiaddr]
    public let nonce: UInt64
    private let mostData: Int
    private var paidFor: Int?

    /// - Parameter mostData: the most that is paid for a dial; the specification's servers ask for up to 100,000 bytes.
    public init(addresses: [Multiaddr], nonce: UInt64, mostData: Int = 100_000) {
        self.addresses = Array(addresses.prefix(DialRequestMessage.maximumAddresses))
        (self.nonce, self.mostData) = (nonce, mostData)
    }

    public var request: DialRequestMessage { .request(addresses, nonce: nonce) }

    /// - Parameter heard: where the call came from that said the nonce; `nil` while none did.
    public mutating func receive(_ message: DialRequestMessage, heard: Multiaddr?) throws(DialRequestError) -> Step {
        switch message {
        case .request, .data: throw .unexpected
        case .dataRequest(let index, let count):
            guard paidFor == nil else { throw .unexpected }
            guard addresses.indices.contains(index) else { throw .otherAddress(index) }
            guard count <= UInt64(mostData) else { throw .tooDear(count) }
            paidFor = index
            return .pay(Int(count))
        case .response(.ok, let index, let dial):
            guard addresses.indices.contains(index), paidFor == nil || paidFor == index else { throw .otherAddress(index) }
            switch dial {
            case .ok:
                // IPv4 and IPv6 are different ways in.
                guard let heard, heard.ip?.count == addresses[index].ip?.count else { throw .notHeard }
                return .reached(addresses[index])
            case .dialError: return .notReached(addresses[index])
            case .dialBackError: throw .nonceLost
            case .unused: throw .unexpected
            }
        case .response(let status, _, _): throw .refused(status)
        }
    }
}
