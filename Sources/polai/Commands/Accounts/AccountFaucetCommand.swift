import JSON
import Secp256k1
import ArgumentParser
import Primitives

/// `polai account faucet`.
struct AccountFaucetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faucet", abstract: "Ask a development chain's founder for \(Faucet.amount) POL: a stake, and gas.",
        discussion: """
            The founder's node gives it once to each address; it must run with --devnet. Where that is another machine, --rpc \
            names its JSON-RPC door.

            Examples:
              polai account faucet
              polai account faucet --address 0x71C7656EC7ab88b098defB751B7401B5f6d8976F --rpc http://10.0.0.2:8545
            """)

    @Option(help: "Who gets it (default: the account of GENESIS_SEED).")
    var address: String?

    @OptionGroup var account: AccountOptions
    @OptionGroup var door: ExecutionDoorOption

    func run() async throws {
        try await ErrorLine.reporting(status: 1) {
            let receiver = try address.map { try CheckedAddress.read($0, option: "--address") } ?? account.key().address
            let client = try door.client()
            guard let hash = try await client.call("polai_requestFunds", [.string(receiver.hex)]).string else {
                throw SetupError("\(client.url) names no transaction")
            }
            let block = try await OutgoingTransaction.inclusion(of: hash, door: client)
            print("\(receiver.checksummed) was given \(Faucet.amount) POL in block \(block)")
        }
    }
}
