import ArgumentParser
import Keys
import NodeConfiguration

/// What an execution chain begins with. Both layers of one chain are given the same.
struct ExecutionGenesisOptions: ParsableArguments {
    @Flag(help: "A development chain: the sample seed is allowed.")
    var devnet = false

    @Option(help: "Length of a slot in seconds, fixed in genesis; 2 or more.")
    var secondsPerSlot = 12

    @Option(help: "Genesis time in Unix seconds, part of the genesis state root (default: the time of the first start).")
    var genesisTime: UInt64?

    @Option(help: "Proof-of-work difficulty of the genesis block; the rule adapts it from there.")
    var genesisDifficulty: UInt64?

    @Option(
        name: .customLong("fund"),
        help:
            "With --devnet: an account that owns 1000 POL before the first block, or as many as ADDRESS=POL says; part of genesis. Repeatable."
    )
    var funded: [FundedAccount] = []

    /// Who owns something before the first block: the founder, then who was named.
    func accounts(founder seed: GenesisSeed?) throws -> [FundedAccount] {
        try (seed.map { [try FundedAccount.founder($0)] } ?? []) + funded
    }

    func validate() throws {
        guard (2...3600).contains(secondsPerSlot) else { throw ValidationError("--seconds-per-slot is from 2 to 3600") }
        guard funded.isEmpty || devnet else { throw ValidationError("--fund is for development chains; add --devnet") }
        if let genesisTime { try refusing { try GenesisTimeSetting.parse(String(genesisTime), key: "--genesis-time") } }
    }
}
