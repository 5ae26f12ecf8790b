public import BeaconTypes

/// Tells whether validators were seen at work: what doppelganger detection and the check of the protection database
/// against the chain ask. Best effort: "not seen" proves nothing.
public protocol ValidatorLiveness: Sendable {
    /// The newest epoch of which the node has seen a block.
    func newestEpoch() async throws -> Epoch
    /// Those of `indices` that were seen attesting or proposing in `epoch`. Epochs long gone may give nobody.
    func liveValidators(epoch: Epoch, among indices: [ValidatorIndex]) async throws -> Set<ValidatorIndex>
}
