public import Primitives
public import ProofOfWork

/// Ethash seals by the light cache of the block's epoch: about 290 evaluations a second and core. The cache, 16 MB in
/// the first epoch, is built when it is first asked for, in about a quarter of a second. With a full dataset searches in its
/// epoch are some hundred times as fast.
public struct EthashSeals: SealEngine {
    private let datasets: (any EthashDatasetSource)?

    public init(datasets: (any EthashDatasetSource)? = nil) { self.datasets = datasets }

    public func isSealed(_ task: SealTask, nonce: UInt64) throws -> Bool {
        try mixHash(task, nonce: nonce) != nil
    }

    public func search(_ task: SealTask, from first: UInt64, count: Int) throws -> UInt64? {
        var search = try SealSearch(
            sealHash: task.sealHash, number: task.number, difficulty: task.difficulty, from: first)
        search.dataset = datasets?.dataset(ofBlock: task.number)
        guard let found = search.step(count: count) else { return nil }
        // A dataset may have been damaged since it was checked.
        if let dataset = search.dataset, try !isSealed(task, nonce: found) {
            datasets?.discard(epoch: dataset.epoch)
            return nil
        }
        return found
    }

    public func mixHash(_ task: SealTask, nonce: UInt64) throws -> Hash32? {
        guard let boundary = Seal.boundary(difficulty: task.difficulty) else { return nil }
        let found = try EthashCache.shared.epoch(ofBlock: task.number).hash(headerHash: task.sealHash, nonce: nonce)
        return UInt256(bigEndian: found.result) <= boundary ? found.mixHash : nil
    }
}
