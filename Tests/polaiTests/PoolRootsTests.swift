import Primitives
import Testing

@testable import polai

@Suite("The pools that a chain needs")
struct PoolRootsTests {
    private let chain = PoolRoots(task: SHA256.hash([1]), general: SHA256.hash([2]))

    private func complaint(_ here: PoolRoots, of chain: PoolRoots? = nil) -> String? {
        do {
            try (chain ?? self.chain).require(here)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("The chain's own pools are enough") func same() {
        #expect(complaint(chain) == nil)
        #expect(complaint(.none, of: PoolRoots.none) == nil)
    }

    @Test("Whoever joins without them is told which files, and where to get them") func missing() throws {
        let told = try #require(complaint(PoolRoots.none))
        for part in ["pool.txt", "general.txt", SHA256.hash([1]).hex, SHA256.hash([2]).hex, "is not at hand", "--task", "make task"] {
            #expect(told.contains(part), "\(part)")
        }
    }

    @Test("Only the file that differs is named") func other() throws {
        let told = try #require(complaint(PoolRoots(task: SHA256.hash([1]), general: SHA256.hash([3]))))
        #expect(!told.contains("pool.txt has to have") && told.contains("general.txt has to have"))
        #expect(told.contains(SHA256.hash([3]).hex))
    }

    @Test("A chain without pools takes no folder that has some") func without() throws {
        let told = try #require(complaint(chain, of: PoolRoots.none))
        #expect(told.contains("--task built-in"))
    }
}
