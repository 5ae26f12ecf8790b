import ArgumentParser
import Keys
import Primitives
import ValidatorClient

/// `polai keys list`.
struct KeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keystores of a folder: public key, path, file. Needs no password.")

    @Option(help: "Data directory whose secrets_data/keystores is listed.")
    var datadir = "."

    @Option(help: "Another folder of keystores.")
    var keystores: String?

    func run() throws {
        for entry in try KeystoreFolder(path: keystores ?? SigningKeys.defaultFolder(datadir)).entries() {
            let path = entry.keystore.path.isEmpty ? "-" : entry.keystore.path
            print("\(entry.keystore.publicKey?.hex ?? "(secret)") \(path) \(entry.file)")
        }
    }
}
