public import BLS
import BeaconTypes
import Foundation
public import Keys
import Primitives

/// A folder of EIP-2335 keystores: the files whose names begin with `keystore` and end with `.json`.
public struct KeystoreFolder: Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// A keystore and the file that holds it.
    public struct Entry: Sendable {
        public let file: String
        public let keystore: Keystore

        public init(file: String, keystore: Keystore) {
            self.file = file
            self.keystore = keystore
        }
    }

    /// Whether the folder holds any keystore.
    public var isEmpty: Bool { (try? files().isEmpty) ?? true }

    /// All keystores, by file name.
    ///
    /// - Throws: `ValidatorClientError.keystores` naming the file that cannot be read.
    public func entries() throws(ValidatorClientError) -> [Entry] {
        try files().map { file throws(ValidatorClientError) in Entry(file: file, keystore: try Self.read(file)) }
    }

    /// Decrypts all keys. Each takes as long as its key derivation is made to take.
    ///
    /// - Parameter progress: hears the fraction done after each key.
    /// - Throws: `ValidatorClientError.keystores` naming the file, for a wrong password too.
    public func unlock(password: String, progress: (Double) -> Void = { _ in }) throws(ValidatorClientError) -> [SecretKey] {
        let entries = try entries()
        guard !entries.isEmpty else { throw .keystores("\(path) holds no keystore: files named keystore….json are read") }
        var keys: [SecretKey] = []
        for (index, entry) in entries.enumerated() {
            keys.append(try Self.unlock(entry, password: password))
            progress(Double(index + 1) / Double(entries.count))
        }
        return keys
    }

    public static func unlock(_ entry: Entry, password: String) throws(ValidatorClientError) -> SecretKey {
        do {
            return try entry.keystore.decrypt(password: password)
        } catch {
            throw .keystores("\(entry.file): \(error)")
        }
    }

    /// Reads one keystore file.
    public static func read(_ file: String) throws(ValidatorClientError) -> Keystore {
        guard let data = FileManager.default.contents(atPath: file) else { throw .keystores("\(file) cannot be read") }
        guard data.count <= 1 << 20 else { throw .keystores("\(file) is no keystore: it has \(data.count) bytes") }
        do {
            return try Keystore(json: data)
        } catch {
            throw .keystores("\(file): \(error)")
        }
    }

    /// Writes a keystore that only its owner can read. A key that the folder holds already is left as it is.
    ///
    /// - Returns: the new file, or `nil` when the key was there.
    public func add(_ keystore: Keystore, name: String) throws(ValidatorClientError) -> String? {
        let manager = FileManager.default
        do {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .keystores("cannot create \(path): \(error.localizedDescription)")
        }
        if let publicKey = keystore.publicKey, try entries().contains(where: { $0.keystore.publicKey == publicKey }) { return nil }
        let file = "\(path)/\(name)"
        guard !manager.fileExists(atPath: file) else { throw .keystores("\(file) exists already and holds another key") }
        guard manager.createFile(atPath: file, contents: Data(keystore.json), attributes: [.posixPermissions: 0o600])
        else { throw .keystores("cannot write \(file)") }
        return file
    }

    private func files() throws(ValidatorClientError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .keystores("the keystore folder \(path) cannot be read: \(error.localizedDescription)")
        }
        return names.filter { $0.hasPrefix("keystore") && $0.hasSuffix(".json") }.sorted().map { "\(path)/\($0)" }
    }
}
