import Primitives
import Testing

@testable import ProofOfWork

@Suite("Seals")
struct SealTests {
    @Test("the boundary is 2^256 / difficulty rounded down")
    func boundary() throws {
        #expect(Seal.boundary(difficulty: .zero) == nil)
        #expect(Seal.boundary(difficulty: .one) == .max)
        #expect(Seal.boundary(difficulty: 2) == UInt256.one << 255)
        #expect(Seal.boundary(difficulty: 64) == UInt256.one << 250)
        #expect(Seal.boundary(difficulty: 3)?.bigEndianHash.hex == "0x" + String(repeating: "5", count: 64))
        #expect(Seal.boundary(difficulty: UInt256.one << 255) == 2)
        #expect(Seal.boundary(difficulty: .max) == .one)
        // 2^256 / (2^255 + 1) lies below 2.
        #expect(Seal.boundary(difficulty: (UInt256.one << 255) | .one) == .one)
    }

    @Test("header nonces are big-endian")
    func nonces() throws {
        #expect(Bytes8(bigEndian: 0x0102_0304_0506_0708).hex == "0x0102030405060708")
        for value in [0, 1, 0x539b_d497_9fef_1ec4, UInt64.max] { #expect(Bytes8(bigEndian: value).bigEndianNumber == value) }
    }

    @Test("a search finds the first nonce that verifies, in slices of any size")
    func search() throws {
        let header = Keccak256.hash(Array("seal search".utf8))
        let difficulty: UInt256 = 16
        // The slow twin: ask about one nonce after another.
        let expected = try #require(
            try (0..<1000 as Range<UInt64>).first {
                try Seal.verify(sealHash: header, nonce: $0, number: 5, difficulty: difficulty)
            })
        for size in [1, 3, 64] {
            var search = try SealSearch(sealHash: header, number: 5, difficulty: difficulty)
            var found: UInt64?
            while found == nil && search.attempts < 1000 { found = search.step(count: size) }
            #expect(found == expected)
            #expect(search.attempts == expected + 1)
        }
    }

    @Test("a search goes on after a find, starts anywhere and wraps around")
    func going() throws {
        var search = try SealSearch(sealHash: .zero, number: 0, difficulty: 1, from: .max)
        #expect(search.step(count: 5) == .max)
        #expect(search.step(count: 5) == 0)
        #expect(search.nextNonce == 1)
        #expect(search.step(count: 0) == nil && search.step(count: -1) == nil)
        var endless = try SealSearch(sealHash: .zero, number: 0, difficulty: 0)
        #expect(endless.step(count: 20) == nil)
    }

    @Test("the memo keeps two epochs and drops the one used longest ago")
    func memo() throws {
        let cache = EthashCache()
        let first = try cache.epoch(ofBlock: 29_999)
        #expect(try cache.epoch(ofBlock: 0) === first)
        _ = try cache.epoch(ofBlock: 30_000)
        _ = try cache.epoch(ofBlock: 1)
        #expect(cache.heldEpochs == [0, 1])
        _ = try cache.epoch(ofBlock: 60_000)
        #expect(cache.heldEpochs == [2, 0])
        #expect(try cache.epoch(ofBlock: 2) === first)
        #expect(first.seedHash == .zero)
    }
}
