import Primitives
import TestSupport
import Testing

@testable import StateTrie

private func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("Merkle-Patricia trie")
struct TrieTests {
    // Roots that every implementation's documentation and tests quote.
    static let known: [([String: String], String)] = [
        ([:], "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
        (
            ["doe": "reindeer", "dog": "puppy", "dogglesworth": "cat"],
            "0x8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3"
        ),
        (
            ["do": "verb", "horse": "stallion", "doge": "coin", "dog": "puppy"],
            "0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84"
        ),
        (["foo": "bar", "food": "bass"], "0x17beaa1648bafa633cda809c90c04af50fc8aed3cb40d16efbddee6fdf63c4c3"),
    ]

    @Test("known roots, by changes and built at once", arguments: known.indices)
    func knownRoots(index: Int) throws {
        let (entries, root) = Self.known[index]
        var trie = MerklePatriciaTrie(database: StateNodes())
        for (key, value) in entries { try trie.set(utf8(value), for: utf8(key)) }
        #expect(trie.rootHash.hex == root)
        #expect(TrieRoot.root(of: entries.map { (key: utf8($0.key), value: utf8($0.value)) }).hex == root)
    }

    /// Short keys over a small alphabet, so that paths share beginnings and end inside one another.
    private func key(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in [0x00, 0x01, 0x10, 0x11, 0xff].randomElement(using: &generator) ?? 0 }
    }

    @Test("random changes agree with a dictionary and with the trie built at once, through commits and reloads")
    func randomChanges() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<30 {
            var reference: [[UInt8]: [UInt8]] = [:]
            var database = StateNodes()
            var trie = MerklePatriciaTrie(database: database)
            for step in 0..<120 {
                let key = key(&generator)
                if Int.random(in: 0..<3, using: &generator) == 0 {
                    reference[key] = nil
                    try trie.remove(key)
                } else {
                    let value = [UInt8](repeating: UInt8(step), count: [1, 2, 31, 32, 60].randomElement(using: &generator) ?? 1)
                    reference[key] = value
                    try trie.set(value, for: key)
                }
                if step % 17 == 0 {
                    let root = trie.commit(into: &database)
                    trie = MerklePatriciaTrie(root: root, database: database)
                }
                if step % 5 == 0 { #expect(trie.rootHash == TrieRoot.root(of: reference.map { (key: $0.key, value: $0.value) })) }
            }
            for (key, value) in reference { #expect(try trie.value(for: key) == value) }
            var seen: [[UInt8]] = []
            try trie.forEachEntry { key, value in
                #expect(reference[key] == value)
                seen.append(key)
                return true
            }
            #expect(seen == reference.keys.sorted { $0.lexicographicallyPrecedes($1) })
            for key in reference.keys { try trie.remove(key) }
            #expect(trie.rootHash == MerklePatriciaTrie.emptyRoot)
        }
    }

    @Test("a scan from a key begins there and can stop")
    func scanFrom() throws {
        var trie = MerklePatriciaTrie(database: StateNodes())
        for word in ["cat", "doge", "wallace"] { try trie.set(utf8(word), for: utf8(word)) }
        func first(_ start: String) throws -> String? {
            var found: String?
            try trie.forEachEntry(from: utf8(start)) { key, _ in
                found = String(decoding: key, as: UTF8.self)
                return false
            }
            return found
        }
        #expect(try first("") == "cat")
        #expect(try first("cat") == "cat")
        #expect(try first("catering") == "doge")
        #expect(try first("w") == "wallace")
        #expect(try first("wallace123") == nil)
    }

    @Test("proofs of presence and absence verify; a changed, missing or foreign node does not")
    func proofs() throws {
        var generator = SeededGenerator(seed: 5)
        var database = StateNodes()
        var trie = MerklePatriciaTrie(database: database)
        let keys = (0..<200).map { _ in
            Keccak256.hash([UInt8.random(in: 0...255, using: &generator), UInt8.random(in: 0...255, using: &generator)]).bytes
        }
        for key in keys { try trie.set(Array(key.prefix(5)), for: key) }
        let fresh = try trie.proof(for: keys[0])
        let root = trie.commit(into: &database)
        trie = MerklePatriciaTrie(root: root, database: database)
        #expect(try trie.proof(for: keys[0]) == fresh)
        for key in keys.prefix(20) {
            let proof = try trie.proof(for: key)
            #expect(try MerklePatriciaTrie.verify(proof, for: key, root: root) == Array(key.prefix(5)))
            var broken = proof
            broken[broken.count - 1][3] ^= 1
            #expect(throws: StateTrieError.self) { try MerklePatriciaTrie.verify(broken, for: key, root: root) }
            #expect(throws: StateTrieError.self) { try MerklePatriciaTrie.verify(Array(proof.dropLast()), for: key, root: root) }
            #expect(throws: StateTrieError.self) { try MerklePatriciaTrie.verify(proof, for: key, root: .zero) }
        }
        let absent = Keccak256.hash(utf8("absent")).bytes
        #expect(try MerklePatriciaTrie.verify(trie.proof(for: absent), for: absent, root: root) == nil)
        #expect(try MerklePatriciaTrie(database: StateNodes()).proof(for: absent).isEmpty)
    }

    @Test("a commit hands out only the path that changed")
    func smallCommits() throws {
        var database = StateNodes()
        var trie = MerklePatriciaTrie(database: database)
        for number in UInt64(0)..<4096 { try trie.set([1], for: Keccak256.hash(withUnsafeBytes(of: number) { [UInt8]($0) }).bytes) }
        trie = MerklePatriciaTrie(root: trie.commit(into: &database), database: database)
        try trie.set([2], for: Keccak256.hash(withUnsafeBytes(of: UInt64(9)) { [UInt8]($0) }).bytes)
        var changed = StateNodes()
        _ = trie.commit(into: &changed)
        #expect((1...6).contains(changed.nodes.count))
    }
}

@Suite("Damaged tries")
struct DamagedTrieTests {
    @Test("a missing node is named")
    func missing() throws {
        let root = Keccak256.hash([1])
        let trie = MerklePatriciaTrie(root: root, database: StateNodes())
        #expect(throws: StateTrieError.missingNode(root)) { try trie.value(for: [1]) }
    }

    @Test(
        "bytes that are no node are refused",
        arguments: [
            "", "80", "c0", "c3010203", "c22080", "c28001", "c24001", "c20101", "c22001c0", "d2808080808080808080808080808080808080",
            "c482ff0101", "d1018080808080808080808080808080808080",
        ])
    func malformed(hex: String) throws {
        let bytes = try [UInt8](hex: hex)
        let root = Keccak256.hash([9])
        var database = StateNodes()
        database.insert(node: bytes, hash: root)
        let trie = MerklePatriciaTrie(root: root, database: database)
        let error = #expect(throws: StateTrieError.self) { try trie.value(for: [1]) }
        if case .malformedNode(root, _) = error {} else { Issue.record("\(String(describing: error))") }
    }
}
