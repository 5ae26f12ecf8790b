/// Why bytes of a peer are no message of Ethereum's consensus network.
public enum BeaconWireError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The length before a payload is over what its type allows, or under.
    case length(UInt64, allowed: ClosedRange<Int>)
    case varint
    case snappy(String)
    /// Context bytes of another fork.
    case foreignContext
    /// The stream ended in the middle.
    case truncated
    case ssz(String)

    public var description: String {
        switch self {
        case .length(let length, let allowed):
            "a payload of \(length) bytes, where \(allowed.lowerBound) to \(allowed.upperBound) are allowed"
        case .varint: "the length before a payload is no varint"
        case .snappy(let what): "snappy frames: \(what)"
        case .foreignContext: "the answer is of another fork"
        case .truncated: "the message ends in the middle"
        case .ssz(let what): "SSZ: \(what)"
        }
    }
}
