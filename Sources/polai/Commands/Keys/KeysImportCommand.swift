import ArgumentParser
import BLS
import Foundation
import Keys
import Primitives
import ValidatorClient

/// `polai keys import`.
struct KeysImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Copy keystores into a data directory, so that 'polai up' and 'polai validator' sign with them.",
        discussion: """
            Each keystore must open with the password. Stop the client that signed with the keys before, and bring its \
            history along: polai slashing-protection import.
            """)

    @Argument(help: "Keystore files, or folders of them.")
    var sources: [String]

    @Option(help: "Data directory; the keystores go to secrets_data/keystores in it.")
    var datadir = "."

    @Option(help: "File with the keystores' password, one line.")
    var passwordFile: String?

    func run() throws {
        var entries: [KeystoreFolder.Entry] = []
        for source in sources {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
                throw SetupError("\(source) does not exist")
            }
            if isFolder.boolValue {
                let found = try KeystoreFolder(path: source).entries()
                guard !found.isEmpty else { throw SetupError("\(source) holds no keystore: files named keystore….json are read") }
                entries += found
            } else {
                entries.append(KeystoreFolder.Entry(file: source, keystore: try KeystoreFolder.read(source)))
            }
        }
        let password = try PasswordPrompt.password(file: passwordFile, for: "the keystores")
        let folder = KeystoreFolder(path: SigningKeys.defaultFolder(datadir))
        for entry in entries {
            var keystore = entry.keystore
            let key = try KeystoreFolder.unlock(entry, password: password)
            keystore.publicKey = key.publicKey.bytes
            let name = URL(fileURLWithPath: entry.file).lastPathComponent
            let added = try folder.add(
                keystore, name: name.hasPrefix("keystore") && name.hasSuffix(".json") ? name : "keystore-\(name).json")
            print("\(key.publicKey.bytes.hex) \(added ?? "is in \(folder.path) already")")
        }
    }
}
