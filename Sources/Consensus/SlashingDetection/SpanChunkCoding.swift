import Primitives

/// A chunk as it is stored: for each of its 16 epochs one byte, 0 when all validators have one distance, which follows,
/// and 1 when 256 distances follow; distances are two bytes, little-endian.
///
/// Validators that vote alike have like distances, so a chunk of a healthy network takes some hundred bytes of 8 KiB.
public enum SpanChunkCoding {
    public static func encode(_ cells: ArraySlice<UInt16>) -> [UInt8] {
        var bytes: [UInt8] = []
        let width = SpanLayout.validatorsPerGroup
        for start in stride(from: cells.startIndex, to: cells.endIndex, by: width) {
            let row = cells[start..<min(start + width, cells.endIndex)]
            if let first = row.first, row.allSatisfy({ $0 == first }) {
                bytes.append(0)
                bytes.append(littleEndian: first)
            } else {
                bytes.append(1)
                for cell in row { bytes.append(littleEndian: cell) }
            }
        }
        return bytes
    }

    /// - Throws: `damagedChunk` unless the bytes are exactly one chunk.
    public static func decode(_ bytes: [UInt8]) throws(SlashingDetectionError) -> [UInt16] {
        var cells: [UInt16] = []
        cells.reserveCapacity(SpanLayout.cellsPerChunk)
        var position = 0
        func next() throws(SlashingDetectionError) -> UInt16 {
            guard let cell = bytes.littleEndian(UInt16.self, at: position) else { throw .damagedChunk(byteCount: bytes.count) }
            position += 2
            return cell
        }
        for _ in 0..<SpanLayout.epochsPerChunk {
            guard position < bytes.count, bytes[position] <= 1 else { throw .damagedChunk(byteCount: bytes.count) }
            let isUniform = bytes[position] == 0
            position += 1
            if isUniform {
                cells.append(contentsOf: repeatElement(try next(), count: SpanLayout.validatorsPerGroup))
            } else {
                for _ in 0..<SpanLayout.validatorsPerGroup { cells.append(try next()) }
            }
        }
        guard position == bytes.count else { throw .damagedChunk(byteCount: bytes.count) }
        return cells
    }
}
