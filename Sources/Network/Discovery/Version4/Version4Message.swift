public import Primitives
import RLP

/// What nodes of discovery 4 say. More list items and bytes behind the list are for later versions and not read (EIP-8).
public enum Version4Message: Sendable, Hashable {
    public struct Neighbor: Sendable, Hashable {
        public var endpoint: Version4Endpoint
        /// x ‖ y, unchecked.
        public var key: FixedBytes<64>

        public init(endpoint: Version4Endpoint, key: FixedBytes<64>) { (self.endpoint, self.key) = (endpoint, key) }
    }

    /// `recordSequence` is EIP-868's; `nil` where it was left out.
    case ping(version: UInt64, from: Version4Endpoint, to: Version4Endpoint, expires: UInt64, recordSequence: UInt64?)
    case pong(to: Version4Endpoint, ping: Hash32, expires: UInt64, recordSequence: UInt64?)
    case findNode(target: FixedBytes<64>, expires: UInt64)
    case neighbors([Neighbor], expires: UInt64)
    case recordRequest(expires: UInt64)
    /// The record's RLP is unchecked.
    case recordResponse(request: Hash32, record: [UInt8])

    /// How many nodes fit in one packet with the longest addresses.
    public static let maximumNeighbors = 12

    /// The time after which it is not read, seconds since 1970; `nil` for what answers a question by its hash alone.
    public var expires: UInt64? {
        switch self {
        case .ping(_, _, _, let time, _), .pong(_, _, let time, _), .findNode(_, let time), .neighbors(_, let time),
            .recordRequest(let time):
            time
        case .recordResponse: nil
        }
    }

    var type: UInt8 {
        switch self {
        case .ping: 1
        case .pong: 2
        case .findNode: 3
        case .neighbors: 4
        case .recordRequest: 5
        case .recordResponse: 6
        }
    }
}
