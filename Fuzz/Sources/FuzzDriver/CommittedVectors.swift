public import Foundation

/// The test vectors in the repository, from which the seeds of the corpora come.
public struct CommittedVectors: Sendable {
    /// `Tests/` of the repository.
    public let folder: URL

    public init() {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        folder = sources.deletingLastPathComponent().deletingLastPathComponent().appending(path: "Tests")
    }

    /// A file of `Tests/<target>Tests/Vectors`.
    public func bytes(_ target: String, _ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: "\(target)Tests/Vectors/\(path)")))
    }

    /// The lines of such a file.
    public func lines(_ target: String, _ path: String) throws -> [[UInt8]] {
        try bytes(target, path).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}
