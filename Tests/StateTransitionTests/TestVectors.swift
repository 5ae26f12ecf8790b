import Foundation
import Testing

/// Where test vectors lie.
enum TestVectors {
    /// The vectors of this target's own resources.
    static var committed: URL {
        get throws { try #require(Bundle.module.url(forResource: "Vectors", withExtension: nil)) }
    }
}
