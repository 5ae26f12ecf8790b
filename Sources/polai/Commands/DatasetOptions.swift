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
            hundred times as fast: the newest of which the folder has a file, or the first epoch's; that of another epoch is built beside the work \
            once blocks of it are sealed. It is kept; what a stopped build left is gone on with. An epoch is 30,000 blocks; in its last tenth the next \
            one's dataset is built beside the work, and past ones are removed.
            """)
    var isWanted = false

    @Option(
        name: .customLong("ethash.dagdir"),
        help: "Folder of the full dataset (default: ethash in the data directory; of a miner, in the current folder).")
    var folder: String?

    /// The datasets, the newest in the folder whole, or the first epoch's; `nil` where none is wanted.
    ///
    /// - Parameter folder: where they are unless the options say otherwise.
    func built(threads: Int, folder other: String, logger: Logger) throws -> DatasetLibrary? {
        guard isWanted else { return nil }
        let library = DatasetLibrary(folder: folder ?? other, tell: { Self.tell($0, logger) })
        let epoch = library.newestOnDisk ?? 0
        let bar = ProgressBar("Ethash dataset of epoch \(epoch)")
        defer { bar.finish() }
        try library.build(epoch: epoch, threads: threads, progress: { bar.update($0) })
        return library
    }

    private static func tell(_ event: DatasetLibrary.Event, _ logger: Logger) {
        switch event {
        case .begun(let epoch, let path): logger.info("Ethash dataset", metadata: ["epoch": "\(epoch)", "file": "\(path)"])
        case .built(let epoch, let chunks): logger.info("Ethash dataset built", metadata: ["chunks": "\(chunks)", "epoch": "\(epoch)"])
        case .held: break
        case .failed(let epoch, let error):
            logger.warning("No Ethash dataset; seals are searched by the cache", metadata: ["epoch": "\(epoch)", "reason": "\(error)"])
        }
    }
}
