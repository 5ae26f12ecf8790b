public import Primitives
import Synchronization

/// The epochs in use, each built once: the memo holds the last two epochs asked for.
///
/// Threads that ask while a cache is being built wait for it: building it twice would take longer.
public final class EthashCache: Sendable {
    /// The memo that all callers of one process share.
    public static let shared = EthashCache()

    /// How many epochs are held: a chain touches two around an epoch's end.
    public static let capacity = 2

    // Most recently used first.
    private let epochs = Mutex<[EthashEpoch]>([])

    public init() {}

    /// The epoch of a block, built now or before.
    ///
    /// - Throws: `ProofOfWorkError`.
    public func epoch(ofBlock blockNumber: UInt64) throws(ProofOfWorkError) -> EthashEpoch {
        let number = try EthashEpoch.number(ofBlock: blockNumber)
        return try epochs.withLock { held throws(ProofOfWorkError) in
            let epoch: EthashEpoch
            if let index = held.firstIndex(where: { $0.number == number }) {
                epoch = held.remove(at: index)
            } else {
                if held.count >= Self.capacity { held.removeLast(held.count - Self.capacity + 1) }
                epoch = try EthashEpoch(blockNumber: blockNumber)
            }
            held.insert(epoch, at: 0)
            return epoch
        }
    }

    /// The numbers of the epochs held, most recently used first.
    public var heldEpochs: [Int] { epochs.withLock { $0.map(\.number) } }
}

/// `hashimoto_light` of one header and nonce, with the shared memo of epochs.
///
/// - Throws: `ProofOfWorkError` when the block number is out of range or memory is short.
public func ethashLight(headerHash: Hash32, nonce: UInt64, blockNumber: UInt64) throws(ProofOfWorkError) -> EthashResult {
    try EthashCache.shared.epoch(ofBlock: blockNumber).hash(headerHash: headerHash, nonce: nonce)
}
