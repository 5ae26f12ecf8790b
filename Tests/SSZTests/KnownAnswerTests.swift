import JSON
import Primitives
import SSZ
import SSZOracle
import Testing

/// Answers written down from the definitions of consensus-specs `ssz/simple-serialize.md`.
@Suite("SSZ known answers") struct KnownAnswerTests {
    @Test("basic types") func basic() throws {
        #expect(UInt64(0x0102_0304_0506_0708).serialize() == [8, 7, 6, 5, 4, 3, 2, 1])
        #expect(UInt32(0x0102_0304).serialize() == [4, 3, 2, 1])
        #expect(UInt8(9).serialize() == [9])
        #expect(UInt16(0x0102).serialize() == [2, 1] && UInt16(0x0102).hashTreeRoot().bytes == [2, 1] + [UInt8](repeating: 0, count: 30))
        let wide = UInt128(1) << 127 | 3
        let wideBytes = [3] + [UInt8](repeating: 0, count: 14) + [0x80]
        #expect(wide.serialize() == wideBytes && wide.hashTreeRoot().bytes == wideBytes + [UInt8](repeating: 0, count: 16))
        #expect(try UInt128(deserializing: wideBytes) == wide && UInt128(json: .string(String(wide)), Unshaped()) == wide)
        #expect(true.serialize() == [1] && false.serialize() == [0])
        #expect(UInt256(high: 0, low: 258).serialize() == [2, 1] + [UInt8](repeating: 0, count: 30))
        #expect(UInt64(1).hashTreeRoot().bytes == [1] + [UInt8](repeating: 0, count: 31))
        #expect(UInt256.max.hashTreeRoot().bytes == [UInt8](repeating: 255, count: 32))
        #expect(try UInt64(deserializing: [1, 0, 0, 0, 0, 0, 0, 0x80]) == 1 << 63 | 1)
    }

    /// Booleans share chunks like all basic types.
    @Test("vectors of booleans") func booleans() throws {
        let bits: SSZVector<Bool> = [true, false, true]
        #expect(bits.hashTreeRoot(.length(3)).bytes == [1, 0, 1] + [UInt8](repeating: 0, count: 29))
        #expect(throws: SSZError(.invalidBoolean(2), path: "[1]")) { try SSZVector<Bool>(deserializing: [1, 2, 0], .length(3)) }
    }

    @Test("zero hashes") func zeroHashes() {
        #expect(Merkle.zeroHashes[1].hex == "0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b")
        #expect(Merkle.zeroHashes[40] == slowMerkleize([], depth: 40))
    }

    @Test("bitlists") func bitlists() throws {
        let eight = Bitlist([true, true, false, true, false, true, false, false])
        #expect(Bitlist().serialize(.limit(8)) == [1])
        #expect(Bitlist([true]).serialize(.limit(8)) == [3])
        #expect(eight.serialize(.limit(8)) == [0x2b, 1])
        #expect(try Bitlist(deserializing: [0x2b, 1], .limit(8)) == eight)
        #expect(eight.setIndices == [0, 1, 3, 5] && eight.setCount == 4)
        let dataRoot = Hash32([0x2b] + [UInt8](repeating: 0, count: 31)) ?? .zero
        #expect(eight.hashTreeRoot(.limit(8)) == SHA256.hash(dataRoot, UInt256(8).littleEndianHash))
        #expect(eight.hashTreeRoot(.limit(257)) == Merkle.mixInLength(SHA256.hash(dataRoot, .zero), 8))
    }

    @Test("lists and vectors") func collections() throws {
        let list: [UInt64] = [1, 2]
        #expect(list.serialize(.limit(4)) == [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
        let chunk = Hash32(list.serialize(.limit(4)) + [UInt8](repeating: 0, count: 16)) ?? .zero
        #expect(list.hashTreeRoot(.limit(4)) == Merkle.mixInLength(chunk, 2))
        #expect(list.hashTreeRoot(.limit(5)) == Merkle.mixInLength(SHA256.hash(chunk, .zero), 2))
        #expect(SSZVector(list).hashTreeRoot(.length(2)) == chunk)
        let nested: [[UInt8]] = [[1], [], [2, 3]]
        #expect(nested.serialize(.limit(4, of: .limit(9))) == [12, 0, 0, 0, 13, 0, 0, 0, 13, 0, 0, 0, 1, 2, 3])
        #expect(try [[UInt8]](deserializing: nested.serialize(.limit(4, of: .limit(9))), .limit(4, of: .limit(9))) == nested)
        #expect([UInt8]().hashTreeRoot(.limit(1 << 30)) == Merkle.mixInLength(Merkle.zeroHashes[25], 0))
    }

    @Test("a container with variable fields") func container() throws {
        let value = Sample(first: 0x0203, list: [5], last: true, bits: Bitlist([true]))
        let bytes: [UInt8] = [3, 2, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 1, 25, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 3]
        #expect(value.serialize() == bytes)
        #expect(try Sample(deserializing: bytes) == value)
        #expect(Sample.fixedLength(Unshaped()) == nil)
        #expect(value.hashTreeRoot() == slowRoot(value, Unshaped()))
    }

    @Test("branches need the right number of siblings") func branches() {
        let leaf = UInt64(5).hashTreeRoot()
        let root = SHA256.hash(leaf, .zero)
        #expect(Merkle.isValidBranch(leaf: leaf, branch: [.zero], depth: 1, index: 0, root: root))
        #expect(!Merkle.isValidBranch(leaf: leaf, branch: [.zero], depth: 1, index: 1, root: root))
        #expect(!Merkle.isValidBranch(leaf: leaf, branch: [], depth: 1, index: 0, root: root))
        #expect(!Merkle.isValidBranch(leaf: leaf, branch: [.zero, .zero], depth: 1, index: 0, root: root))
    }
}
