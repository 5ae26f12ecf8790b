import ArgumentParser
import EthashDatasets
import Foundation
import Logging
import ProofOfWork

/// Whether seals are searched by Ethash's full dataset.
struct DatasetOptions: ParsableArguments {
    @Flag(
        name: .customLong("dag"),
        help: """
            Build Ethash's full dataset before anything else, about 1 GiB on disk and some minutes of the threads that seal, and search by it, some \
            hundred times as fast, up to block 30,000. It is kept; what a stopped build left is gone on with.
            """)
    var isWanted = false

    @Option(
        name: .customLong("ethash.dagdir"),
        help: "Folder of the full dataset (default: ethash in the data directory; of a miner, in the current folder).")
    var folder: String?

    /// The dataset of a block's epoch, whole; `nil` where none is wanted.
    ///
    /// - Parameter folder: where it is unless the options say otherwise.
    func built(threads: Int, folder other: String, block: UInt64, logger: Logger) throws -> DatasetFile? {
        guard isWanted else { return nil }
        let epoch = try EthashCache.shared.epoch(ofBlock: block)
        let file = try DatasetFile(folder: folder ?? other, epoch: epoch)
        logger.info("Ethash dataset", metadata: ["epoch": "\(epoch.number)", "file": "\(file.path)"])
        let bar = ProgressBar("Ethash dataset of epoch \(epoch.number)")
        defer { bar.finish() }
        let made = try file.build(threads: threads, progress: { bar.update($0) })
        if made > 0 { logger.info("Ethash dataset built", metadata: ["chunks": "\(made)", "epoch": "\(epoch.number)"]) }
        return file
    }
}
