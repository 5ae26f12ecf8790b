public import ExecutionChain
import Primitives
import RLP

/// A block without its header. What it holds is of the right form, no more: its roots are checked against a header.
public struct BlockBody: Sendable, Hashable {
    private var block: Block

    public init(_ block: Block) {
        self.block = block
        self.block.header = BlockHeader()
    }

    init(encoded: [UInt8]) throws(RLPError) { block = try Block(header: BlockHeader(), encodedBody: encoded) }

    public var encoded: [UInt8] { block.encodedBody }

    /// EIP-2718 envelopes.
    public var transactions: [[UInt8]] { block.transactions }

    public var ommers: [BlockHeader] { block.ommers }

    /// What a header commits to.
    public struct Roots: Sendable, Hashable {
        let transactions: Hash32
        let ommers: Hash32
        let withdrawals: Hash32?

        /// Whether `header` commits to the body whose roots these are.
        public func match(_ header: BlockHeader) -> Bool {
            transactions == header.transactionsRoot && ommers == header.ommersHash && withdrawals == header.withdrawalsRoot
        }
    }

    /// Hashed anew each time.
    public var roots: Roots {
        Roots(
            transactions: BlockRoots.transactions(block.transactions), ommers: BlockRoots.ommers(block.ommers),
            withdrawals: block.withdrawals.map { BlockRoots.withdrawals($0) })
    }

    /// Whether `header` commits to it.
    public func matches(_ header: BlockHeader) -> Bool { roots.match(header) }

    /// The block that this body and `header` make.
    public func block(header: BlockHeader) -> Block {
        var whole = block
        whole.header = header
        return whole
    }
}
