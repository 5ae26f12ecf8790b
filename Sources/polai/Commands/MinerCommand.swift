import ArgumentParser
import ExternalMiner
import Logging
import ServiceLifecycle

/// `polai miner`: seals another process's blocks.
struct MinerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "miner",
        abstract: "Search for the seals of a node's blocks (Ethash), in this process or on another machine.",
        discussion: """
            Asks the node's JSON-RPC for work (eth_getWork), hands in what it finds (eth_submitWork) and tells its speed \
            (eth_submitHashrate). The node goes on searching itself; 'polai geth --miner.threads 0' leaves all of it to miners. \
            Stop it with Ctrl-C.

            Example:
              polai miner --url http://localhost:8545 --threads 2
            """)

    @Option(help: "Address of the node's JSON-RPC.")
    var url = "http://localhost:8545"

    @Option(help: "Threads that search, about 290 nonces a second each without --dag.")
    var threads = 1

    @OptionGroup var dataset: DatasetOptions

    @Option(help: "Least severe log level shown: trace, debug, info, notice, warning, error.")
    var verbosity: Logger.Level = .info

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads is from 1 to 256") }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else { throw ValidationError("--url begins with http:// or https://") }
    }

    func run() async throws {
        let (url, threads, dataset) = (url, threads, dataset)
        try await RoleProcess.run("miner", verbosity: verbosity) { signals, logger in
            let datasets = try dataset.built(threads: threads, folder: "ethash", logger: logger)
            let miner = ExternalMiner(url: url, threads: threads, datasets: datasets, logger: logger)
            logger.info("Mining", metadata: ["node": "\(url)", "threads": "\(threads)"])
            try await RoleProcess.serve([TaskService("miner") { await miner.run() }], until: signals, logger: logger)
            let figures = await miner.figures
            logger.info(
                "Mined", metadata: ["attempts": "\(figures.attempts)", "accepted": "\(figures.accepted)", "stale": "\(figures.stale)"])
        }
    }
}
