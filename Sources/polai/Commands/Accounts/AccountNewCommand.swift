import ArgumentParser
import Primitives
import Secp256k1

/// `polai account new`.
struct AccountNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a random account in a keystore.",
        discussion: "Nothing but the keystore and its password can restore the key: keep copies of both.")

    @Option(help: "Data directory; the keystore goes to secrets_data/accounts in it.")
    var datadir = "."

    @Option(help: "File with the password, one line.")
    var passwordFile: String?

    func run() throws {
        try ErrorLine.reporting(status: 1) {
            let password = try PasswordPrompt.newPassword(file: passwordFile)
            guard let bytes = Hash32(OwnersFile.secret(32)) else { throw SetupError("no random bytes") }
            let key = try Secp256k1PrivateKey(bytes)
            guard let file = try AccountFolder(datadir: datadir).add(key, password: password) else {
                throw SetupError("the account is there already")
            }
            print("\(key.address.checksummed) \(file)")
        }
    }
}
