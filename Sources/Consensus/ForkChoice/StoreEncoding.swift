import BeaconTypes
import Primitives

/// Writes the parts of a fork choice one behind the other: numbers as eight little-endian bytes, roots as they are.
struct StoreWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: UInt64) { bytes.append(littleEndian: value) }

    mutating func write(_ value: Int) { write(UInt64(bitPattern: Int64(value))) }

    mutating func write(_ root: Hash32) { root.withUnsafeBytes { bytes.append(contentsOf: $0) } }

    mutating func write(_ checkpoint: Checkpoint) {
        write(checkpoint.epoch)
        write(checkpoint.root)
    }

    mutating func write(_ values: [UInt64]) {
        write(values.count)
        for value in values { write(value) }
    }
}

/// Reads what `StoreWriter` wrote.
struct StoreReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func number() throws(ForkChoiceError) -> UInt64 { UInt64(littleEndianBytes: try take(8)) ?? 0 }

    mutating func integer() throws(ForkChoiceError) -> Int { Int(Int64(bitPattern: try number())) }

    /// A count of things that take at least `size` bytes each, so that memory follows the bytes at hand.
    mutating func count(ofSize size: Int) throws(ForkChoiceError) -> Int {
        let count = try integer()
        guard count >= 0, count <= (bytes.count - offset) / size else {
            throw .malformedStore("count \(count) at byte \(offset) exceeds what is left")
        }
        return count
    }

    mutating func root() throws(ForkChoiceError) -> Hash32 {
        guard let root = Hash32(try take(32)) else { throw .malformedStore("root at byte \(offset)") }
        return root
    }

    mutating func checkpoint() throws(ForkChoiceError) -> Checkpoint {
        Checkpoint(epoch: try number(), root: try root())
    }

    mutating func numbers() throws(ForkChoiceError) -> [UInt64] {
        var values: [UInt64] = []
        for _ in 0..<(try count(ofSize: 8)) { values.append(try number()) }
        return values
    }

    private mutating func take(_ count: Int) throws(ForkChoiceError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - offset else { throw .malformedStore("it ends at byte \(bytes.count)") }
        defer { offset += count }
        return bytes[offset..<(offset + count)]
    }
}
