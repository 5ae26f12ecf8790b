import Primitives
import Testing

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
}
