import ArgumentParser
import ExecutionChain
import Foundation
import Primitives

/// An ordinary Ethereum chain whose head is the heaviest, as before the merge.
struct WorkChainOptions: ParsableArguments {
    @Option(
        help: """
            Genesis file, in geth's format, of a chain that is never of the merge: its head is the heaviest chain that this node's peers have. \
            Needed the first time; the data directory keeps it.
            """)
    var genesis: String?

    @Flag(name: .customLong("mine"), help: "Make blocks on such a chain (threads: --miner.threads; other processes: polai miner).")
    var isMining = false

    @Option(name: .customLong("miner.etherbase"), help: "Who is paid for them.")
    var coinbase: AccountAddress?

    func validate() throws {
        guard !isMining || coinbase != nil else { throw ValidationError("--mine needs --miner.etherbase ADDRESS") }
    }

    /// Whether the node is to follow such a chain: one is named, or the data directory holds one.
    func isWanted(datadir: String) throws -> Bool {
        guard genesis == nil else { return true }
        return !ExecutionRecord.exists(datadir: datadir) && FileManager.default.fileExists(atPath: ChainFolder.genesisPath(datadir))
    }

    /// On a chain of this project's kind a consensus layer asks for blocks.
    func refuse() throws {
        guard !isMining else { throw SetupError("--mine is for a chain of work: name its --genesis") }
    }
}

/// An account, as options name it.
struct AccountAddress: ExpressibleByArgument {
    let address: Address

    init?(argument: String) {
        guard let address = try? Address(hex: argument) else { return nil }
        self.address = address
    }
}
