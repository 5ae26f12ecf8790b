import Testing

@testable import Primitives

@Suite struct ByteOrderTests {
    private static let bytes: [UInt8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]

    @Test func knownAnswers() {
        #expect((0x0123_4567_89ab_cdef as UInt64).bigEndianBytes == Self.bytes)
        #expect((0x0123_4567_89ab_cdef as UInt64).littleEndianBytes == Self.bytes.reversed())
        #expect((0x0102 as UInt16).bigEndianBytes == [1, 2] && (0x0102 as UInt16).littleEndianBytes == [2, 1])
        #expect((-2 as Int32).bigEndianBytes == [0xff, 0xff, 0xff, 0xfe] && (7 as UInt8).bigEndianBytes == [7])
        #expect(UInt64(bigEndianBytes: Self.bytes) == 0x0123_4567_89ab_cdef)
        #expect(UInt64(littleEndianBytes: Self.bytes) == 0xefcd_ab89_6745_2301)
        #expect(Int32(bigEndianBytes: [0xff, 0xff, 0xff, 0xfe] as [UInt8]) == -2)
        #expect(Bytes8(bigEndian: 0x0123_4567_89ab_cdef).bytes == Self.bytes)
        #expect(Bytes8(bigEndian: 0x0123_4567_89ab_cdef).bigEndianNumber == 0x0123_4567_89ab_cdef)
    }

    /// Fewer bytes are the low ones; more than fit are no number.
    @Test func shortAndLongRunsOfBytes() {
        #expect(UInt32(bigEndianBytes: [1, 2] as [UInt8]) == 0x0102 && UInt32(littleEndianBytes: [1, 2] as [UInt8]) == 0x0201)
        #expect(UInt64(bigEndianBytes: [] as [UInt8]) == 0 && UInt8(littleEndianBytes: [0xff] as [UInt8]) == 0xff)
        #expect(UInt32(bigEndianBytes: [0, 0, 0, 0, 1] as [UInt8]) == nil)
        #expect(UInt16(littleEndianBytes: [1, 0, 0] as [UInt8]) == nil)
    }

    @Test func minimalBytesLeaveOutLeadingZeros() {
        #expect((0 as UInt64).minimalBigEndianBytes == [] && (0x80 as UInt64).minimalBigEndianBytes == [0x80])
        #expect((0x0100 as UInt64).minimalBigEndianBytes == [1, 0] && UInt64.max.minimalBigEndianBytes.count == 8)
    }

    /// Reading in the middle, in arrays and in slices whose indices do not begin at zero.
    @Test func readersCheckTheirBounds() {
        let slice = ([0xaa] + Self.bytes + [0xbb])[1...8]
        for bytes in [Self.bytes[...], slice] {
            #expect(bytes.bigEndian(UInt16.self, at: 0) == 0x0123 && bytes.littleEndian(UInt16.self, at: 6) == 0xefcd)
            #expect(bytes.bigEndian(UInt32.self, at: 3) == 0x6789_abcd && bytes.bigEndian(UInt64.self, at: 0) != nil)
            #expect(bytes.bigEndian(UInt64.self, at: 1) == nil && bytes.littleEndian(UInt16.self, at: 7) == nil)
            #expect(bytes.littleEndian(UInt8.self, at: -1) == nil && bytes.littleEndian(UInt8.self, at: .max) == nil)
        }
        #expect(([] as [UInt8]).bigEndian(UInt8.self, at: 0) == nil)
    }

    @Test func hashesGiveTheirWords() throws {
        let hash = try #require(Hash32((0..<32).map { UInt8($0) }))
        #expect(hash.bigEndian(UInt64.self, at: 0) == 0x0001_0203_0405_0607)
        #expect(hash.littleEndian(UInt32.self, at: 28) == 0x1f1e_1d1c && hash.littleEndian(UInt16.self, at: 5) == 0x0605)
    }

    /// What is appended is what is read, for every width and value of a spread.
    @Test func writersAndReadersAgree() {
        func check<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
            var bytes: [UInt8] = [9]
            bytes.append(bigEndian: number)
            bytes.append(littleEndian: number)
            let size = MemoryLayout<Number>.size
            #expect(bytes.count == 1 + 2 * size)
            #expect(bytes.bigEndian(Number.self, at: 1) == number && bytes.littleEndian(Number.self, at: 1 + size) == number)
            #expect(Number(bigEndianBytes: bytes[1...size]) == number && Number(littleEndianBytes: bytes[(1 + size)...]) == number)
            bytes.withUnsafeBufferPointer { buffer in
                if let start = buffer.baseAddress { #expect((start + 1 + size).littleEndian(Number.self) == number) }
            }
        }
        for shift in 0..<64 {
            let value = (0x9e37_79b9_7f4a_7c15 as UInt64) >> UInt64(shift)
            check(value)
            check(UInt8(truncatingIfNeeded: value))
            check(UInt16(truncatingIfNeeded: value))
            check(Int32(truncatingIfNeeded: value))
            check(Int64(bitPattern: value))
            check(UInt128(value) << UInt128(shift))
        }
    }
}
