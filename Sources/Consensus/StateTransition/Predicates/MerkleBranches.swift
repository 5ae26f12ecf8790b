import Primitives

/// `is_valid_merkle_branch` (phase0 beacon-chain, Predicates).
func isValidMerkleBranch(leaf: Hash32, branch: some Collection<Hash32>, depth: UInt64, index: UInt64, root: Hash32) -> Bool {
    guard UInt64(branch.count) == depth else { return false }
    var value = leaf
    for (level, sibling) in branch.enumerated() {
        // A shift of 64 or more gives zero: the specification's `index // 2**i`.
        value = (index >> UInt64(level)) & 1 == 1 ? SHA256.hash(sibling, value) : SHA256.hash(value, sibling)
    }
    return value == root
}
