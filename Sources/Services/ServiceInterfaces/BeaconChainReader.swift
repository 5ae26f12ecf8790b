public import BeaconTypes
public import Primitives

/// A block as the chain holds it.
public struct ChainBlock: Sendable {
    public let root: Root
    public let block: SignedBeaconBlock
    /// Whether the block is an ancestor of the head, or the head.
    public let isCanonical: Bool
    /// Whether the block is finalised by Casper FFG.
    public let isFinalized: Bool
    /// Whether the execution layer has not validated its payload yet.
    public let isOptimistic: Bool

    public init(root: Root, block: SignedBeaconBlock, isCanonical: Bool, isFinalized: Bool, isOptimistic: Bool = false) {
        self.isOptimistic = isOptimistic
        self.root = root
        self.block = block
        self.isCanonical = isCanonical
        self.isFinalized = isFinalized
    }
}

/// A state as the chain holds it.
public struct ChainState: Sendable {
    public let root: Root
    public let state: BeaconState
    public let isFinalized: Bool
    /// Whether the execution layer has not validated the payload of its last block yet.
    public let isOptimistic: Bool

    public init(root: Root, state: BeaconState, isFinalized: Bool, isOptimistic: Bool = false) {
        self.isOptimistic = isOptimistic
        self.root = root
        self.state = state
        self.isFinalized = isFinalized
    }
}

/// What `/eth/v1/node/syncing` tells.
public struct BeaconSyncStatus: Sendable {
    public let headSlot: Slot
    public let syncDistance: UInt64
    public let isSyncing: Bool
    public let isOptimistic: Bool
    public let isExecutionOffline: Bool
    /// What is missing before the checkpoint that the node began with; `nil` where nothing is.
    public let history: HistoryProgress?

    public init(
        headSlot: Slot, syncDistance: UInt64, isSyncing: Bool, isOptimistic: Bool, isExecutionOffline: Bool,
        history: HistoryProgress? = nil
    ) {
        self.history = history
        self.headSlot = headSlot
        self.syncDistance = syncDistance
        self.isSyncing = isSyncing
        self.isOptimistic = isOptimistic
        self.isExecutionOffline = isExecutionOffline
    }
}

/// What a beacon node lets its readers see: the REST door, the dashboard, the metrics.
public protocol BeaconChainReader: BeaconEventSource, IdentifiedChain {
    /// The named block, or `nil` when this node does not have it.
    func block(_ id: BlockID) async throws -> ChainBlock?
    /// The named state, or `nil` when this node does not have it. Slots name the canonical chain's states.
    func state(_ id: BlockID) async throws -> ChainState?
    /// The root of the named block without loading it.
    func blockRoot(_ id: BlockID) async throws -> Root?
    func syncStatus() async -> BeaconSyncStatus
    /// Which share of the active stake does not vote: what is missing where nothing becomes final.
    func absentStake() async throws -> AbsentStake
}
