import ArgumentParser

/// `polai account`: accounts of the execution layer.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Make and keep accounts, see what they own, send POL.",
        discussion: """
            GENESIS_SEED has accounts of its own (path m/44'/60'/0'/0/index, BIP-44); the first one of the founder's seed owns \
            1,000,000 POL from genesis on. Others are kept in keystores as geth writes them, which its tools read.

            Examples:
              polai account list
              polai account faucet              on a development chain: 100 POL for the account of GENESIS_SEED
              polai account send --to 0x71C7656EC7ab88b098defB751B7401B5f6d8976F --value 2.5
            """,
        subcommands: [
            AccountNewCommand.self, AccountListCommand.self, AccountImportCommand.self, AccountSendCommand.self,
            AccountFaucetCommand.self,
        ])
}
