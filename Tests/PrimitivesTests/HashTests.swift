import Testing

@testable import Primitives

@Suite("SHA-256 and Keccak-256") struct HashTests {
    /// Messages of every length from 0 to 300 bytes cover each padding case of both functions several times.
    @Test("lengths 0 to 300") func lengths() throws {
        let vectors = try PrimitiveVectors.load().hashes
        #expect(vectors.count == 301)
        for vector in vectors {
            let message = (0..<vector.length).map { UInt8(truncatingIfNeeded: 31 * $0 + vector.length) }
            #expect(SHA256.hash(message).bytes.bareHex == vector.sha256, "SHA-256 of \(vector.length) bytes")
            #expect(Keccak256.hash(message).bytes.bareHex == vector.keccak256, "Keccak-256 of \(vector.length) bytes")
        }
    }

    @Test("SHA-256 of \"abc\", FIPS 180-4") func abc() {
        #expect(SHA256.hash(Array("abc".utf8)).bytes.bareHex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("pairs are the hash of both halves, in place too") func pairs() {
        var chunks = (0..<8).map { SHA256.hash([UInt8($0)]) }
        let expected = (0..<4).map { SHA256.hash(chunks[2 * $0].bytes + chunks[2 * $0 + 1].bytes) }
        #expect(SHA256.hash(chunks[0], chunks[1]) == expected[0])
        chunks.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            SHA256.hashPairs(base, pairs: 4, into: base)
        }
        #expect(Array(chunks.prefix(4)) == expected)
    }

    @Test("pairs by the processor's instructions, and picked ones, are those one by one", arguments: 0..<10)
    func pairsEqualTheirSlowTwin(count: Int) {
        let blocks = (0..<(2 * count)).map { SHA256.hash([UInt8($0), 1]) }
        var slow = [Hash32](repeating: .zero, count: count)
        var fast = slow
        var picked = slow
        let numbers = (0..<UInt32(count)).filter { $0 % 3 != 1 }
        blocks.withUnsafeBytes { input in
            guard let input = input.baseAddress else { return }
            slow.withUnsafeMutableBytes { if let output = $0.baseAddress { SHA256.hashPairsOneByOne(input, pairs: count, into: output) } }
            fast.withUnsafeMutableBytes { if let output = $0.baseAddress { SHA256.hashPairs(input, pairs: count, into: output) } }
            picked.withUnsafeMutableBytes { output in
                numbers.withUnsafeBufferPointer {
                    if let output = output.baseAddress { SHA256.hashPairs(input, picked: $0, into: output) }
                }
            }
        }
        #expect(fast == slow)
        #expect(slow.enumerated().allSatisfy { $1 == SHA256.hash(blocks[2 * $0], blocks[2 * $0 + 1]) })
        #expect(picked == slow.enumerated().map { numbers.contains(UInt32($0)) ? $1 : .zero })
    }
}
