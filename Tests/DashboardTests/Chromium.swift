import TestSupport
import Foundation

/// Headless Chromium, by the script that people use too.
enum Chromium {
    struct Failed: Error { let status: Int32 }

    static let isPresent: Bool = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { folder in
            ["chromium", "chromium-browser", "google-chrome"].contains { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
        }
    }()

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../scripts/dashboard-screenshot.sh").standardizedFileURL

    /// What the script writes for the page on `port`.
    static func open(port: Int, as kind: String, size: String = "1280x2000", scheme: String = "light", isLive: Bool = false) async throws
        -> Data
    {
        let folder = TemporaryFolder()
        let output = URL(filePath: folder.path("dashboard.\(kind)"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["bash", script.path, "http://127.0.0.1:\(port)/", output.path, size, scheme]
        process.environment = ProcessInfo.processInfo.environment.merging(["LIVE": isLive ? "1" : "0"]) { $1 }
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        guard status == 0 else { throw Failed(status: status) }
        return try Data(contentsOf: output)
    }
}
