import BeaconTypes
import SlashingDetection

/// Keys and rows as bytes, integers big-endian.
extension VoteBatch {
    static func epochBytes(_ epoch: Epoch) -> [UInt8] { withUnsafeBytes(of: epoch.bigEndian) { Array($0) } }

    static func voteKey(_ target: Epoch, _ number: UInt32) -> [UInt8] { epochBytes(target) + bytes(number) }

    static func rowKey(_ target: Epoch, _ group: UInt64) -> [UInt8] { epochBytes(target) + epochBytes(group) }

    static func chunkKey(_ group: UInt64, _ kind: SpanKind, _ chunk: Int) -> [UInt8] {
        epochBytes(group) + [kind.rawValue, UInt8(truncatingIfNeeded: chunk >> 8), UInt8(truncatingIfNeeded: chunk)]
    }

    static func bytes(_ row: [UInt32]) -> [UInt8] { row.flatMap(bytes) }

    static func row(_ bytes: [UInt8]) throws -> [UInt32] {
        guard bytes.count == 4 * SpanLayout.validatorsPerGroup else { throw SlasherError.damaged("a row of \(bytes.count) bytes") }
        return (0..<SpanLayout.validatorsPerGroup).map { number(in: bytes[4 * $0..<4 * $0 + 4]) }
    }

    static func number(in bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    private static func bytes(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
