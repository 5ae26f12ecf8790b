import Foundation

/// Files and folders that only their owner may read.
enum OwnersFile {
    /// Writes a file whole or not at all, readable for its owner alone from its first byte on.
    static func write(_ contents: some Sequence<UInt8>, to path: String) throws(SetupError) {
        guard FileManager.default.createFile(atPath: path, contents: Data(contents), attributes: [.posixPermissions: 0o600]) else {
            throw SetupError("cannot write \(path): does its folder exist, and may you write there?")
        }
    }

    /// Makes a folder with those above it, and lets nobody else enter, be it there or not.
    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }

    /// Makes a folder for its owner alone where there is none. One that is there stays as open as its owner has it.
    static func ensureFolder(_ path: String) throws(SetupError) {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        do {
            try makeFolder(path)
        } catch {
            throw SetupError("cannot create \(path): \(error.localizedDescription)")
        }
    }

    /// The text of a file without the space around it; `nil` where there is no file.
    static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Bytes of the system's generator.
    static func secret(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
