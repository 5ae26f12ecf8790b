import ArgumentParser
import Keys

/// `polai keys`: validator keys outside a running node.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make, keep and use validator keys in EIP-2335 keystores.",
        subcommands: [
            KeysNewCommand.self, KeysImportCommand.self, KeysListCommand.self, KeysDepositDataCommand.self, KeysExitCommand.self,
        ])
}

/// Keys that grow from GENESIS_SEED.
struct SeedOptions: ParsableArguments {
    @Flag(help: "Take the keys of GENESIS_SEED (path m/12381/3600/index/0/0) instead.")
    var fromSeed = false

    @Option(help: "Number of the first validator of the seed.")
    var firstIndex: UInt32 = 0

    @Option(help: "Settings file with GENESIS_SEED (default: .env in the current folder, if there).")
    var envFile: String?

    @Flag(help: "Allow the sample seed, which everybody knows.")
    var devnet = false

    func seed() throws -> GenesisSeed {
        try NodeSettings.seed(NodeSettings.environment(envFile).0, devnet: devnet)
    }

    /// The numbers of `count` validators.
    func indices(_ count: Int) throws -> ClosedRange<UInt32> {
        let (last, overflow) = firstIndex.addingReportingOverflow(UInt32(clamping: count - 1))
        guard !overflow else { throw ValidationError("--first-index and --count reach beyond 2^32") }
        return firstIndex...last
    }
}
