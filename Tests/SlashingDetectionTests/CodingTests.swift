import SlashingDetection
import TestSupport
import Testing
import SSZOracle

@Suite struct CodingTests {
    @Test func uniformRowsAreShort() throws {
        let cells = (0..<SpanLayout.cellsPerChunk).map { UInt16($0 / SpanLayout.validatorsPerGroup) }
        let bytes = SpanChunkCoding.encode(cells[...])
        #expect(bytes.count == 3 * SpanLayout.epochsPerChunk)
        #expect(Array(bytes.prefix(6)) == [0, 0, 0, 0, 1, 0])
        #expect(try SpanChunkCoding.decode(bytes) == cells)
    }

    @Test func mixedRowsRoundTrip() throws {
        var generator = SeededGenerator(seed: 5)
        var cells = [UInt16](repeating: 7, count: SpanLayout.cellsPerChunk)
        for _ in 0..<40 { cells[Int.random(in: 0..<cells.count, using: &generator)] = UInt16.random(in: 0 ... .max, using: &generator) }
        #expect(try SpanChunkCoding.decode(SpanChunkCoding.encode(cells[...])) == cells)
        // The slice of a longer array.
        let long = [UInt16](repeating: 1, count: 100) + cells
        #expect(try SpanChunkCoding.decode(SpanChunkCoding.encode(long[100...])) == cells)
    }

    @Test func damagedChunksAreRefused() throws {
        let good = SpanChunkCoding.encode([UInt16](repeating: 3, count: SpanLayout.cellsPerChunk)[...])
        for bytes in [[], Array(good.dropLast()), good + [0], [2] + good.dropFirst(), [1] + good.dropFirst()] {
            #expect(throws: SlashingDetectionError.damagedChunk(byteCount: bytes.count)) { try SpanChunkCoding.decode(bytes) }
        }
    }

    @Test func groupRecordRoundTrips() throws {
        var record = GroupRecord(currentEpoch: 77)
        record.note(seat: 0, source: 3, target: 9)
        record.note(seat: 0, source: 5, target: 6)
        record.note(seat: 255, source: 0, target: 0)
        record.note(seat: 256, source: 1, target: 1)
        let read = try GroupRecord(bytes: record.bytes)
        #expect(read == record)
        #expect(read.highest[0]?.source == 5 && read.highest[0]?.target == 9)
        #expect(read.highest[255]?.target == 0 && read.highest[1] == nil)
        #expect(throws: SlashingDetectionError.self) { try GroupRecord(bytes: record.bytes + [0]) }
        #expect(throws: SlashingDetectionError.self) { try GroupRecord(bytes: []) }
    }
}
