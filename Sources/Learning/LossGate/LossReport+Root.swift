public import Primitives
import SSZ

extension LossReport {
    /// `MAX_GATE_TEXTS`: texts that one root covers at most.
    private static let rootLimit: UInt64 = 1 << 16

    /// The root of every text's loss: `hash_tree_root(List[uint64, MAX_GATE_TEXTS])` of the FP64 bit patterns of ``Text/sum``, in the
    /// order of the texts (docs/protocol.md#two-signatures-a-vote).
    ///
    /// Whoever knows it has run the gate, or was told. Every NaN counts as the same one.
    public var lossesRoot: Hash32 {
        texts.map { $0.sum.isNaN ? Double.nan.bitPattern : $0.sum.bitPattern }.hashTreeRoot(.limit(Self.rootLimit))
    }
}
