public import BeaconTypes
public import Primitives
import ServiceInterfaces

/// Why the beacon node could not do what was asked.
public enum BeaconNodeError: Refusal {
    case unknownParent(Root)
    case futureSlot(Slot, current: Slot)
    case alreadyFinalizedSlot(Slot)
    /// The block breaks a rule of the chain.
    case invalidBlock(Root, any Refusal)
    case executionInvalid(Root, reason: String)
    case executionUnavailable(reason: String)
    /// The execution layer has not validated the head, so nobody may vote for it or build on it.
    case optimisticHead(Root)
    /// Others are ahead: nobody may vote or propose by this node's head.
    case syncing(head: Slot, target: Slot)
    case missingState(Root)
    case corruptStore(String)
    case differentChain(String)
    case badRequest(String)
    case certificateRefused(String, rule: String = "certificate")
    case checkpointRefused(String)
    /// The weak subjectivity period since it is over.
    case checkpointTooOld(Epoch, now: Epoch)

    public var description: String {
        switch self {
        case .unknownParent(let root): "parent block \(root) is not known"
        case .futureSlot(let slot, let current): "slot \(slot) is in the future; it is slot \(current)"
        case .alreadyFinalizedSlot(let slot): "slot \(slot) is not after the finalised one"
        case .invalidBlock(let root, let refusal): "block \(root) is invalid: \(refusal)"
        case .executionInvalid(let root, let reason): "block \(root) has an invalid execution payload: \(reason)"
        case .executionUnavailable(let reason): "the execution node does not answer: \(reason)"
        case .optimisticHead(let root):
            "the execution node has not validated the head \(root) yet; duties go on when it has"
        case .syncing(let head, let target): "the head is of slot \(head) and others have slot \(target); duties go on when it is fetched"
        case .missingState(let root): "the state after block \(root) is not held by this node"
        case .corruptStore(let what): "the beacon store is damaged: \(what); start with an empty --datadir or restore a backup"
        case .differentChain(let what): "the data directory holds another chain: \(what); use another --datadir"
        case .badRequest(let what): what
        case .checkpointRefused(let reason): "the checkpoint is refused: \(reason)"
        case .checkpointTooOld(let epoch, let now):
            "the checkpoint is refused: it is of epoch \(epoch), too long ago in epoch \(now): the weak subjectivity period is over; ask for "
                + "a new checkpoint"
        case .certificateRefused(let reason, _): "the ACK certificate is refused: \(reason)"
        }
    }

    public var rule: String {
        switch self {
        case .unknownParent: "unknown-parent"
        case .futureSlot: "future-slot"
        case .alreadyFinalizedSlot: "finalized-slot"
        case .invalidBlock(_, let refusal): refusal.rule
        case .executionInvalid: "invalid-payload"
        case .executionUnavailable: BeaconRule.executionUnavailable
        case .optimisticHead: BeaconRule.optimisticHead
        case .syncing: BeaconRule.syncing
        case .missingState: "missing-state"
        case .corruptStore: "corrupt-store"
        case .differentChain: "different-chain"
        case .badRequest: "bad-request"
        case .certificateRefused(_, let rule): rule
        case .checkpointRefused, .checkpointTooOld: "checkpoint"
        }
    }

    public var fault: Fault {
        switch self {
        case .invalidBlock, .executionInvalid, .badRequest, .certificateRefused, .checkpointRefused, .checkpointTooOld: .sender
        case .unknownParent, .futureSlot, .alreadyFinalizedSlot, .optimisticHead, .syncing: .circumstance
        case .executionUnavailable, .missingState, .corruptStore, .differentChain: .node
        }
    }
}
