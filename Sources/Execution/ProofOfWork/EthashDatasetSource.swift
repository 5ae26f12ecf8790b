/// Whoever holds full datasets, by the epochs of the blocks that are sealed.
public protocol EthashDatasetSource: Sendable {
    /// The whole dataset of a block's epoch, if it is held; never waits for it.
    func dataset(ofBlock number: UInt64) -> (any EthashDataset)?
    /// Holds an epoch's dataset no more, because a seal that was found by it is none.
    func discard(epoch: Int)
}
