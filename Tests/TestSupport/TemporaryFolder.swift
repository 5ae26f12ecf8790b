import Foundation

/// A folder of its own, empty at first, that goes away with its last owner. Where it cannot be made, its first use fails.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() {
        path = Self.freePath()
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A copy of another folder as it is now, which is what a killed process leaves behind.
    public init(copyOf other: String) throws {
        path = Self.freePath()
        try FileManager.default.copyItem(atPath: other, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in the folder.
    public func path(_ name: String) -> String { "\(path)/\(name)" }

    private static func freePath() -> String {
        FileManager.default.temporaryDirectory.appending(path: "polai-test-\(UUID().uuidString)").path
    }
}
