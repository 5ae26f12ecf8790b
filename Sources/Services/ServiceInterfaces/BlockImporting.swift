public import BeaconTypes
public import Primitives

/// Where a block came from: what may be expected of it, and who answers for it.
public enum BlockOrigin: String, Sendable, Hashable, CaseIterable {
    /// The topic `beacon_block`.
    case gossip
    /// An answer to a range request.
    case range
    /// An answer to a request by root.
    case root
    /// A validator of this node.
    case own
    /// The blocks before the checkpoint that this node started from.
    case checkpoint
    /// The REST interface.
    case rest
}

/// Why a block was not imported, by whose fault it is.
public enum BlockImportFault: Refusal, Hashable {
    /// It breaks a rule: no honest node has it on its chain.
    case invalid(String)
    /// Its parent is not known here: nobody's fault so far.
    case missingParent(Root)
    /// It is of a slot that has not begun by this node's clock.
    case premature(Slot)
    /// It is of a slot that is final already, on another branch.
    case beforeFinality(Slot)
    /// This node could not do its part: disk, execution layer, shutdown. Says nothing of the block.
    case local(String)

    public var description: String {
        switch self {
        case .invalid(let reason): "invalid: \(reason)"
        case .missingParent(let root): "its parent \(root) is not known"
        case .premature(let slot): "slot \(slot) has not begun"
        case .beforeFinality(let slot): "slot \(slot) is not after the finalised one"
        case .local(let reason): "this node cannot import it now: \(reason)"
        }
    }

    public var rule: String {
        switch self {
        case .invalid: "invalid-block"
        case .missingParent: "unknown-parent"
        case .premature: "future-slot"
        case .beforeFinality: "finalized-slot"
        case .local: "local"
        }
    }

    public var fault: Fault {
        switch self {
        case .invalid: .sender
        case .missingParent, .premature, .beforeFinality: .circumstance
        case .local: .node
        }
    }
}

/// What became of a block that was to be imported.
public enum BlockImportOutcome: Sendable, Hashable {
    case imported
    case alreadyKnown
    case refused(BlockImportFault)

    public var fault: BlockImportFault? {
        if case .refused(let fault) = self { fault } else { nil }
    }
}

/// Takes blocks into the chain of this node.
public protocol BlockImporting: Sendable {
    var spec: BeaconSpec { get }
    func importBlock(_ block: SignedBeaconBlock, from origin: BlockOrigin) async -> BlockImportOutcome
    /// Whether the block is known here, so that one may build on it.
    func hasBlock(_ root: Root) async -> Bool
    /// The chain as this node would tell it.
    func sourceStatus() async throws -> BlockSourceStatus
}
