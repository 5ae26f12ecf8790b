import ProofOfWork

/// The making of one epoch's dataset in a folder.
struct DatasetBuild: Sendable {
    let folder: String
    let epoch: Int
    let items: Int?
    let tell: @Sendable (DatasetLibrary.Event) -> Void

    /// Returns when the dataset is whole.
    func run(
        threads: Int, isCancelled: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (Double) -> Void
    ) throws -> DatasetFile {
        let file = try DatasetFile(
            folder: folder, epoch: EthashCache.shared.epoch(ofBlock: UInt64(epoch) * EthashEpoch.length), items: items)
        tell(.begun(epoch: epoch, path: file.path))
        let made = try file.build(threads: threads, isCancelled: isCancelled, progress: progress)
        if made > 0 { tell(.built(epoch: epoch, chunks: made)) }
        return file
    }
}
