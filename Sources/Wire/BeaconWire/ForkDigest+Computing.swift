public import BeaconTypes
public import Primitives
import SSZ

extension ForkDigest {
    /// `compute_fork_digest` (phase0 beacon-chain), which blob schedules do not change yet in Electra.
    public init(version: Version, genesisValidatorsRoot: Root) {
        let root = ForkData(currentVersion: version, genesisValidatorsRoot: genesisValidatorsRoot).hashTreeRoot(.pol)
        self = ForkDigest(root.bytes.prefix(4)) ?? ForkDigest()
    }
}
