import Foundation
import Primitives
import TestSupport
import Testing

@testable import StateTrie

/// Ethereum's public trie vectors, when they lie beside the repository.
@Suite("Public trie vectors", .needs(vectors: "execution/TrieTests"))
struct PublicVectorTests {
    static let folder = Present.vectors("execution/TrieTests")

    @Test("plain and secure, ordered and in any order")
    func all() throws {
        var passed = 0
        for file in ["trietest", "trietest_secureTrie", "trieanyorder", "trieanyorder_secureTrie", "hex_encoded_securetrie_test"] {
            let isSecure = file.lowercased().contains("secure")
            let json = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.folder.appending(path: file + ".json")))
            for (name, test) in try #require(json as? [String: [String: Any]]) {
                let root = try Hash32(hex: #require(test["root"] as? String))
                let steps = try Self.steps(test["in"])
                for order in file.hasPrefix("trietest") ? [steps] : [steps, steps.reversed()] {
                    var trie = MerklePatriciaTrie(database: StateNodes())
                    for (key, value) in order { try trie.set(value, for: isSecure ? Keccak256.hash(key).bytes : key) }
                    #expect(trie.rootHash == root, "\(file) \(name)")
                    #expect(
                        TrieRoot.root(of: order.map { (key: isSecure ? Keccak256.hash($0).bytes : $0, value: $1) }) == root,
                        "\(file) \(name), built at once")
                }
                passed += 1
            }
        }
        #expect(passed == 25)
        print("public trie vectors: \(passed)")
    }

    private static func steps(_ input: Any?) throws -> [([UInt8], [UInt8])] {
        if let map = input as? [String: String] { return try map.map { (try bytes($0.key), try bytes($0.value)) } }
        let list = try #require(input as? [[Any]])
        return try list.map { pair in (try bytes(pair[0] as? String), try bytes(pair[1] as? String)) }
    }

    private static func bytes(_ text: String?) throws -> [UInt8] {
        guard let text else { return [] }
        return text.hasPrefix("0x") ? try [UInt8](hex: text) : Array(text.utf8)
    }
}
