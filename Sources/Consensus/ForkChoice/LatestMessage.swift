import BeaconTypes

/// A validator's latest vote (phase0 fork-choice, `LatestMessage`).
struct LatestMessage: Sendable, Hashable {
    /// The vote's target epoch.
    var epoch: Epoch
    /// The position of the block voted for; −1 when the block has left the tree, and the vote its weight.
    var position: Int
}
