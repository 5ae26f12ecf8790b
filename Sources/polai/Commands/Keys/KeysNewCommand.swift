public import ArgumentParser
import BLS
import Foundation
import Keys
import Primitives
public import ValidatorClient

/// `polai keys new`.
struct KeysNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make new validator keys, each in a keystore.",
        discussion: """
            Keys are random, and then nothing but the keystore and its password can restore them; keys with --from-seed grow \
            again from GENESIS_SEED at any time. The password comes from --password-file, or the terminal asks for it.

            Examples:
              polai keys new --count 2 --output keystores
              polai keys new --from-seed --first-index 4 --password-file password.txt
            """)

    @Option(help: "Number of keys.")
    var count = 1

    @Option(help: "Folder for the keystores.")
    var output = "keystores"

    @Option(help: "File with the password, one line.")
    var passwordFile: String?

    @Option(help: "How the password is stretched: scrypt or pbkdf2.")
    var kdf: NewKeystore.Stretching = .scrypt

    @OptionGroup var seed: SeedOptions

    func validate() throws {
        guard (1...10_000).contains(count) else { throw ValidationError("--count is from 1 to 10000") }
    }

    func run() throws {
        let password = try PasswordPrompt.newPassword(file: passwordFile)
        let genesisSeed = seed.fromSeed ? try seed.seed() : nil
        let folder = KeystoreFolder(path: output)
        var random = SystemRandomNumberGenerator()
        for index in try seed.indices(count) {
            let new = try NewKeystore(
                genesisSeed.map { .seed($0, index: index) } ?? .random, password: password, stretching: kdf,
                time: UInt64(Date().timeIntervalSince1970), random: &random)
            let key = new.key.publicKey.bytes.hex
            if let file = try folder.add(new.keystore, name: new.fileName) {
                print("\(key) \(file)")
            } else {
                print("\(key) is in \(output) already")
            }
        }
    }
}

extension NewKeystore.Stretching: ExpressibleByArgument {}
