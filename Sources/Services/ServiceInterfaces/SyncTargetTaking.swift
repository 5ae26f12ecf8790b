public import BeaconTypes

/// Is told how far a node has to follow others, by whoever fetches blocks for it: `is_syncing` comes from here.
public protocol SyncTargetTaking: Sendable {
    /// Names the slot that the node has to reach; `nil` when nobody is known to be ahead.
    func setSyncTarget(_ slot: Slot?) async
}
