import ArgumentParser

/// How a node searches for the seals of its own blocks.
struct MiningOptions: ParsableArguments {
    @Option(
        name: .customLong("miner.threads"),
        help: "Threads that search for the seals of this node's blocks; 0 leaves that to 'polai miner' (eth_getWork).")
    var threads = 1

    @OptionGroup var dataset: DatasetOptions

    func validate() throws {
        guard (0...256).contains(threads) else { throw ValidationError("--miner.threads is from 0 to 256") }
    }
}
