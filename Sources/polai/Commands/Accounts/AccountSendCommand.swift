import ArgumentParser
import Primitives

/// `polai account send`.
struct AccountSendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send POL, and wait until it is in a block.",
        discussion: """
            Nonce, gas and fees are the node's advice. The key signs here and never leaves this process.

            Examples:
              polai account send --to 0x71C7656EC7ab88b098defB751B7401B5f6d8976F --value 2.5
              polai account send --from 0x… --password-file password.txt --to 0x… --value 1 --rpc http://10.0.0.2:8545
            """)

    @Option(help: "Who gets it.")
    var to: String

    @Option(help: "How much, in POL.")
    var value: POLAmount

    @OptionGroup var account: AccountOptions
    @OptionGroup var door: ExecutionDoorOption

    @Flag(help: "Print the transaction's hash and do not wait.")
    var noWait = false

    func run() async throws {
        try await ErrorLine.reporting(status: 1) {
            let client = try door.client()
            let outgoing = OutgoingTransaction(to: try CheckedAddress.read(to, option: "--to"), value: value.wei)
            let hash = try await outgoing.send(by: account.key(), through: client)
            print(hash)
            if noWait { return }
            let block = try await OutgoingTransaction.inclusion(of: hash, door: client)
            print("block \(block)")
        }
    }
}
