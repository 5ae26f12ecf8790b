public import EngineTypes
public import Primitives

/// Why the execution node could not do what was asked.
public enum ExecutionNodeError: EngineRefusal, Equatable {
    /// The payload id is not one of the latest that `forkchoiceUpdated` gave.
    case unknownPayload(PayloadID)
    /// Building stopped because a newer fork choice or newer attributes arrived.
    case payloadAbandoned(PayloadID)
    /// The seal was not found in time; the search goes on.
    case sealTimedOut(seconds: Double, difficulty: UInt256)
    /// Safe or finalised block are no ancestors of the head.
    case invalidForkchoice(String)
    case invalidAttributes(String)
    /// The database belongs to a chain with another genesis block.
    case wrongGenesis(stored: Hash32, expected: Hash32)
    /// The database lacks a block that it says it has, or holds something else in its place.
    case damagedDatabase(String)
    /// A block was given to a chain whose head is not decided by work.
    case notWorkChain
    /// The search for a seal gave a nonce that is none.
    case wrongSeal(number: UInt64)
    /// The node was told to stop.
    case stopped

    public var description: String {
        switch self {
        case .unknownPayload(let id): "unknown payload \(id): ask for the id that the latest forkchoiceUpdated gave"
        case .payloadAbandoned(let id): "building payload \(id) was given up for a newer fork choice"
        case .sealTimedOut(let seconds, let difficulty):
            "no seal of difficulty \(difficulty) was found within \(seconds) s; the search goes on until the next fork choice"
        case .invalidForkchoice(let reason): "invalid fork choice state: \(reason)"
        case .invalidAttributes(let reason): "invalid payload attributes: \(reason)"
        case .wrongGenesis(let stored, let expected):
            "the execution database holds the chain of genesis block \(stored), but this node is configured for \(expected): "
                + "use that chain's genesis settings, or another data directory"
        case .damagedDatabase(let what):
            "the execution database is damaged (\(what)): restore it from a backup, or move "
                + "chain_data away to fetch the chain anew; secrets_data, which holds the slashing protection, stays"
        case .notWorkChain: "a consensus layer says what this chain's head is, and gives its blocks by the Engine API"
        case .wrongSeal(let number): "the search for the seal of block \(number) gave a nonce that does not seal it"
        case .stopped: "the execution node is stopping"
        }
    }

    public var engineErrorCode: EngineErrorCode? {
        switch self {
        case .unknownPayload, .payloadAbandoned: .unknownPayload
        case .invalidForkchoice: .invalidForkchoiceState
        case .invalidAttributes: .invalidPayloadAttributes
        case .sealTimedOut, .wrongGenesis, .damagedDatabase, .notWorkChain, .wrongSeal, .stopped: nil
        }
    }
}
