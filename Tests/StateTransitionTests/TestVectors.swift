import Foundation
import Testing

/// Where test vectors lie.
enum TestVectors {
    /// The vectors of this target's own resources.
    static var committed: URL {
        get throws { try #require(Bundle.module.url(forResource: "Vectors", withExtension: nil)) }
    }

    /// The full vectors in `../shared/vectors` beside the repository, where they are there.
    static var shared: URL? {
        let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = repository.deletingLastPathComponent().appending(path: "shared/vectors")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }
}
