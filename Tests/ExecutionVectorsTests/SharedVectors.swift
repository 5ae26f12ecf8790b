import Foundation

/// The public execution suites, on machines that have them beside the repository.
enum SharedVectors {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/vectors/execution").standardizedFileURL

    static var arePresent: Bool { FileManager.default.fileExists(atPath: folder.path) }
}
