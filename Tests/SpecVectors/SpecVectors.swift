public import Foundation

/// The folder `shared/vectors` beside the repository, which holds the public test suites on machines that have them.
public struct SpecVectors: Sendable {
    public let root: URL

    /// Vectors in the given folder.
    public init(root: URL) { self.root = root }

    /// The folder beside the repository that holds this source file; `nil`, with a line of output, when there is none.
    public static func besideRepository(for tests: String) -> SpecVectors? {
        let source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let root = source.deletingLastPathComponent().appending(path: "../../../shared/vectors").standardizedFileURL
        guard FileManager.default.fileExists(atPath: root.path) else {
            print("SKIPPED: \(tests): no folder shared/vectors beside the repository")
            return nil
        }
        return SpecVectors(root: root)
    }

    /// All cases of a runner's handler in order of their names.
    public func cases(preset: String, fork: String, runner: String, handler: String) -> [SpecCase] {
        let folder = root.appending(path: "consensus/\(preset)/\(fork)/\(runner)/\(handler)")
        return Self.folders(in: folder).flatMap { Self.folders(in: $0) }.map(SpecCase.init(folder:))
    }

    /// The names of a runner's handlers.
    public func handlers(preset: String, fork: String, runner: String) -> [String] {
        Self.folders(in: root.appending(path: "consensus/\(preset)/\(fork)/\(runner)")).map(\.lastPathComponent)
    }

    private static func folders(in folder: URL) -> [URL] {
        let content = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
        return (content ?? []).filter(\.hasDirectoryPath).sorted { $0.path < $1.path }
    }
}
