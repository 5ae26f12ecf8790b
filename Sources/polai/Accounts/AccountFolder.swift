import Foundation
import Keys
import Primitives
import Secp256k1

/// Where accounts of the execution layer are kept: one Web3 Secret Storage file each, as geth names them.
struct AccountFolder {
    private static let fileLimit = 1 << 16

    let path: String

    init(datadir: String) { path = "\(datadir)/secrets_data/accounts" }

    struct Entry {
        let file: String
        let keystore: AccountKeystore
    }

    /// All accounts, by file name, which begins with the time.
    ///
    /// - Throws: `SetupError` naming the file that cannot be read.
    func entries() throws -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return try names.filter { $0.hasPrefix("UTC--") }.sorted().map {
            Entry(file: "\(path)/\($0)", keystore: try Self.read("\(path)/\($0)"))
        }
    }

    static func read(_ file: String) throws -> AccountKeystore {
        guard let data = FileManager.default.contents(atPath: file) else { throw SetupError("\(file) cannot be read") }
        guard data.count <= fileLimit else { throw SetupError("\(file) is no account's keystore: it has \(data.count) bytes") }
        do {
            return try AccountKeystore(json: data)
        } catch {
            throw SetupError("\(file): \(error)")
        }
    }

    /// Opens the account's key.
    func unlock(_ address: Address, passwordFile: String?) throws -> Secp256k1PrivateKey {
        guard let entry = try entries().first(where: { $0.keystore.address == address }) else {
            throw SetupError("\(path) holds no key of \(address.checksummed); 'polai account list' shows what it holds")
        }
        do {
            return try entry.keystore.decrypt(password: PasswordPrompt.password(file: passwordFile, for: address.checksummed))
        } catch let error as KeysError {
            throw SetupError("\(entry.file): \(error)")
        }
    }

    /// Writes a key in a keystore that only its owner can read.
    ///
    /// - Parameter cost: scrypt's `n`; geth's own by default.
    /// - Returns: the new file, or `nil` when the account was there.
    func add(_ key: Secp256k1PrivateKey, password: String, cost: Int = 1 << 18) throws -> String? {
        if try entries().contains(where: { $0.keystore.address == key.address }) { return nil }
        let keystore = try AccountKeystore(
            encrypting: key, password: password, kdf: .scrypt(n: cost, r: 8, p: 1, salt: OwnersFile.secret(32)), iv: OwnersFile.secret(16),
            uuid: UUID().uuidString.lowercased())
        try OwnersFile.ensureFolder(path)
        let time = Date().formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true)).replacing(":", with: "-")
        let file = "\(path)/UTC--\(time)--\(key.address.bytes.bareHex)"
        try OwnersFile.write(keystore.json, to: file)
        return file
    }
}
