import BeaconTypes
import Primitives
import SlashingDetection

/// Keys and rows as bytes, integers big-endian.
extension VoteBatch {
    static func voteKey(_ target: Epoch, _ number: UInt32) -> [UInt8] { target.bigEndianBytes + number.bigEndianBytes }

    static func rowKey(_ target: Epoch, _ group: UInt64) -> [UInt8] { target.bigEndianBytes + group.bigEndianBytes }

    static func chunkKey(_ group: UInt64, _ kind: SpanKind, _ chunk: Int) -> [UInt8] {
        group.bigEndianBytes + [kind.rawValue] + UInt16(truncatingIfNeeded: chunk).bigEndianBytes
    }

    static func bytes(_ row: [UInt32]) -> [UInt8] { row.flatMap(\.bigEndianBytes) }

    static func row(_ bytes: [UInt8]) throws -> [UInt32] {
        guard bytes.count == 4 * SpanLayout.validatorsPerGroup else { throw SlasherError.damaged("a row of \(bytes.count) bytes") }
        return (0..<SpanLayout.validatorsPerGroup).compactMap { bytes.bigEndian(UInt32.self, at: 4 * $0) }
    }
}
