public import BeaconTypes
public import Primitives
import SSZ

/// A block as synchronisation sees it: its place in the chain, and how much room it takes.
public struct ChainLink<Block: Sendable>: Sendable {
    public let slot: Slot
    public let root: Root
    public let parent: Root
    /// Bytes, for bounds.
    public let size: Int
    public let block: Block

    public init(slot: Slot, root: Root, parent: Root, size: Int, block: Block) {
        self.slot = slot
        self.root = root
        self.parent = parent
        self.size = size
        self.block = block
    }
}

extension ChainLink<SignedBeaconBlock> {
    public init(_ block: SignedBeaconBlock, _ spec: BeaconSpec) {
        self.init(
            slot: block.message.slot, root: block.message.hashTreeRoot(spec), parent: block.message.parentRoot,
            size: block.serialize(spec).count, block: block)
    }
}
