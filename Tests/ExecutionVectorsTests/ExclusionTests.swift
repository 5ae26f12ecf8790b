import Foundation
import Testing

/// What the conformance run leaves out, checked so that nothing is left out without a reason.
@Suite("Exclusions")
struct ExclusionTests {
    struct File: Decodable {
        struct Exclusion: Decodable {
            /// The vector's path below the suites' folder.
            var path: String
            /// Why it does not apply.
            var reason: String
        }
        var exclusions: [Exclusion]
    }

    static func read() throws -> File {
        let file = try #require(Bundle.module.url(forResource: "Vectors/exclusions", withExtension: "json"))
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: file))
    }

    @Test("each has a reason, and none is named twice")
    func reasons() throws {
        let exclusions = try Self.read().exclusions
        #expect(exclusions.allSatisfy { $0.reason.count >= 20 && !$0.path.isEmpty })
        #expect(Set(exclusions.map(\.path)).count == exclusions.count)
    }

    @Test("each names a vector that is there", .enabled(if: SharedVectors.arePresent))
    func present() throws {
        for exclusion in try Self.read().exclusions {
            #expect(FileManager.default.fileExists(atPath: SharedVectors.folder.appending(path: exclusion.path).path))
        }
    }
}
