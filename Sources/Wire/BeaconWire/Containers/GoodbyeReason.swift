/// Why a peer is let go of (phase0 p2p-interface, Goodbye); numbers from 128 on are what clients agreed on among themselves.
public enum GoodbyeReason: UInt64, Sendable, CustomStringConvertible {
    case shutdown = 1
    case irrelevantNetwork = 2
    case fault = 3
    case unableToVerifyNetwork = 128
    case tooManyPeers = 129
    case badScore = 250
    case banned = 251

    public var description: String {
        switch self {
        case .shutdown: "the client stops"
        case .irrelevantNetwork: "another network or chain"
        case .fault: "a fault"
        case .unableToVerifyNetwork: "the network could not be verified"
        case .tooManyPeers: "too many peers"
        case .badScore: "a bad score"
        case .banned: "banned"
        }
    }
}
