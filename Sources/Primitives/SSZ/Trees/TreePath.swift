/// The way from the root of a Merkle tree down to a node: the bits of a generalized index below its leading one.
public struct TreePath: Sendable, Hashable {
    /// The remaining steps, the next one in the highest of the low `depth` bits: 0 is left, 1 is right.
    let bits: UInt64
    /// How many steps remain.
    public let depth: Int

    init(bits: UInt64, depth: Int) {
        self.bits = bits
        self.depth = depth
    }

    /// The path to the node with this generalized index; `nil` for 0, which names no node.
    public init?(generalizedIndex: UInt64) {
        guard generalizedIndex > 0 else { return nil }
        depth = 63 - generalizedIndex.leadingZeroBitCount
        bits = generalizedIndex & ~(1 << UInt64(depth))
    }

    /// The generalized index of the node that the path leads to.
    var generalizedIndex: UInt64 { 1 << UInt64(depth) | bits }

    /// The position in its row that the first `steps` steps lead to, and the path from there on.
    /// `steps` must not be more than `depth`.
    func split(after steps: Int) -> (position: Int, rest: TreePath) {
        let remaining = depth - steps
        let low = remaining == 0 ? 0 : bits & (UInt64.max >> UInt64(64 - remaining))
        return (Int(clamping: remaining == 64 ? 0 : bits >> UInt64(remaining)), TreePath(bits: low, depth: remaining))
    }
}
