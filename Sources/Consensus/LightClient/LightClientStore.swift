public import BeaconTypes
public import Primitives
import SSZ

/// `LightClientStore` (electra `light-client/sync-protocol.md`): what a light client knows of the chain, from one trusted block
/// root on.
///
/// A pure value: the caller brings the updates and the current slot. The chain's headers have been Electra's from its first
/// block on, so nothing is ever upgraded.
public struct LightClientStore: Sendable {
    public let spec: BeaconSpec
    /// Header that is finalized
    public internal(set) var finalizedHeader: LightClientHeader
    /// Sync committee of the finalized header's period
    public internal(set) var currentSyncCommittee: SyncCommittee
    /// That of the period after it; the SSZ default while it is not known.
    public internal(set) var nextSyncCommittee: SyncCommittee
    /// Best available header to switch finalized head to if we see nothing else
    public internal(set) var bestValidUpdate: LightClientUpdate?
    /// Most recent available reasonably-safe header
    public internal(set) var optimisticHeader: LightClientHeader
    /// Max number of active participants in a sync committee (used to compute safety threshold)
    public internal(set) var previousMaxActiveParticipants: UInt64 = 0
    public internal(set) var currentMaxActiveParticipants: UInt64 = 0

    /// `initialize_light_client_store` (electra `light-client/sync-protocol.md`).
    ///
    /// - Throws: `LightClientError` when the bootstrap is not the trusted block's or proves something else.
    public init(trustedBlockRoot: Root, bootstrap: LightClientBootstrap, _ spec: BeaconSpec) throws {
        do {
            try bootstrap.validate(spec)
        } catch {
            throw LightClientError.malformed("\(error)")
        }
        guard bootstrap.header.isValid(spec) else { throw LightClientError.header("bootstrap") }
        let root = bootstrap.header.beacon.hashTreeRoot(spec)
        guard root == trustedBlockRoot else { throw LightClientError.untrusted(expected: trustedBlockRoot, actual: root) }
        guard
            Merkle.isValidBranch(
                leaf: bootstrap.currentSyncCommittee.hashTreeRoot(spec), branch: bootstrap.currentSyncCommitteeBranch,
                depth: Int(Constant.syncCommitteeBranchDepth), index: subtreeIndex(Constant.currentSyncCommitteeGindexElectra),
                root: bootstrap.header.beacon.stateRoot)
        else { throw LightClientError.currentSyncCommittee }
        self.spec = spec
        finalizedHeader = bootstrap.header
        currentSyncCommittee = bootstrap.currentSyncCommittee
        nextSyncCommittee = SyncCommittee(default: spec)
        optimisticHeader = bootstrap.header
    }

    /// `is_next_sync_committee_known` (altair `light-client/sync-protocol.md`).
    public var isNextSyncCommitteeKnown: Bool { nextSyncCommittee != SyncCommittee(default: spec) }

    /// `get_safety_threshold` (altair `light-client/sync-protocol.md`).
    public var safetyThreshold: UInt64 { max(previousMaxActiveParticipants, currentMaxActiveParticipants) / 2 }

    /// The sync committee period of the finalised header.
    public var period: UInt64 { spec.syncCommitteePeriod(at: finalizedHeader.beacon.slot) }
}
