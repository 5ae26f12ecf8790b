public import BeaconTypes
public import Primitives

/// Why the beacon node could not do what was asked.
public enum BeaconNodeError: Error, Sendable, CustomStringConvertible {
    case unknownParent(Root)
    case futureSlot(Slot, current: Slot)
    case alreadyFinalizedSlot(Slot)
    case invalidBlock(Root, reason: String)
    case executionInvalid(Root, reason: String)
    case executionUnavailable(reason: String)
    /// The execution layer has not validated the head, so nobody may vote for it or build on it.
    case optimisticHead(Root)
    case missingState(Root)
    case corruptStore(String)
    case differentChain(String)
    case badRequest(String)
    case certificateRefused(String)
    case checkpointRefused(String)

    public var description: String {
        switch self {
        case .unknownParent(let root): "parent block \(root) is not known"
        case .futureSlot(let slot, let current): "slot \(slot) is in the future; it is slot \(current)"
        case .alreadyFinalizedSlot(let slot): "slot \(slot) is not after the finalised one"
        case .invalidBlock(let root, let reason): "block \(root) is invalid: \(reason)"
        case .executionInvalid(let root, let reason): "block \(root) has an invalid execution payload: \(reason)"
        case .executionUnavailable(let reason): "the execution node does not answer: \(reason)"
        case .optimisticHead(let root):
            "the execution node has not validated the head \(root) yet; duties go on when it has"
        case .missingState(let root): "the state after block \(root) is not held by this node"
        case .corruptStore(let what): "the beacon store is damaged: \(what); start with an empty --datadir or restore a backup"
        case .differentChain(let what): "the data directory holds another chain: \(what); use another --datadir"
        case .badRequest(let what): what
        case .checkpointRefused(let reason): "the checkpoint is refused: \(reason)"
        case .certificateRefused(let reason): "the ACK certificate is refused: \(reason)"
        }
    }
}
