import ArgumentParser
import Foundation
import Keys
import Primitives
import Secp256k1
import ValidatorClient

/// `polai account import`.
struct AccountImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take an account over: a keystore of geth's, or a file with a private key.",
        discussion: """
            A key file holds 64 hexadecimal characters. A keystore must open with the password, and is written anew under the \
            same one.

            Example:
              polai account import --datadir . ~/.ethereum/keystore/UTC--2026-01-01T00-00-00Z--71c7656e…
            """)

    @Argument(help: "The keystore, or the file with the private key.")
    var file: String

    @Option(help: "Data directory; the keystore goes to secrets_data/accounts in it.")
    var datadir = "."

    @Option(help: "File with the password, one line.")
    var passwordFile: String?

    func run() throws {
        try ErrorLine.reporting(status: 1) {
            let (key, password) = try read()
            let added = try AccountFolder(datadir: datadir).add(key, password: password)
            print("\(key.address.checksummed) \(added ?? "is there already")")
        }
    }

    private func read() throws -> (Secp256k1PrivateKey, String) {
        guard let data = FileManager.default.contents(atPath: file) else { throw SetupError("\(file) cannot be read") }
        if data.count <= 80 {
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let secret = try? Hash32(hex: text.hasPrefix("0x") ? text : "0x" + text), let key = try? Secp256k1PrivateKey(secret)
            else {
                throw SetupError("\(file) holds no private key: 64 hexadecimal characters")
            }
            return (key, try PasswordPrompt.newPassword(file: passwordFile))
        }
        let keystore = try AccountFolder.read(file)
        let password = try PasswordPrompt.password(file: passwordFile, for: file)
        do {
            return (try keystore.decrypt(password: password), password)
        } catch {
            throw SetupError("\(file): \(error)")
        }
    }
}
