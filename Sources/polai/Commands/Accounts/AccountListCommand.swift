import ArgumentParser
import JSON
import Keys
import Primitives
import Secp256k1

/// `polai account list`.
struct AccountListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the accounts of GENESIS_SEED and of the keystores, with what they own if a node answers.")

    @Option(help: "Folder of the node's data, whose secrets_data/accounts holds keystores.")
    var datadir = "."

    @Option(help: "Settings file with GENESIS_SEED (default: .env in the current folder, if there).")
    var envFile: String?

    @Flag(help: "Allow the sample seed, which everybody knows.")
    var devnet = false

    @OptionGroup var door: ExecutionDoorOption

    func run() async throws {
        try await ErrorLine.reporting(status: 1) {
            var accounts: [(address: Address, origin: String)] = []
            if let seed = try? NodeSettings.seed(NodeSettings.environment(envFile).0, devnet: devnet) {
                accounts.append((try seed.accountKey().address, "GENESIS_SEED m/44'/60'/0'/0/0"))
            }
            for entry in try AccountFolder(datadir: datadir).entries() {
                if let address = entry.keystore.address { accounts.append((address, entry.file)) }
            }
            let client = try door.client()
            for account in accounts {
                let balance = try? await client.call("eth_getBalance", [.string(account.address.hex), "latest"]).quantity
                let owned = balance.map { "\(POLAmount(wei: $0)) POL" } ?? "(no node answers)"
                print("\(account.address.checksummed) \(owned) \(account.origin)")
            }
        }
    }
}
