import Foundation
public import Multiformats

/// The peers of earlier runs: one multiaddr a line.
public struct PeerCacheFile: Sendable {
    private static let maximumSize = 1 << 20
    private let path: String

    public init(path: String) { self.path = path }

    /// What can be read of it; a missing or damaged file names nobody.
    public func read() -> [Multiaddr] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= Self.maximumSize else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").prefix(1024).compactMap { try? Multiaddr(String($0)) }
    }

    /// Writes the file anew, whole or not at all.
    public func write(_ lines: [String]) throws {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
