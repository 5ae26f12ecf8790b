/// CRC-32C (Castagnoli), by which snappy's frames are checked.
enum CRC32C {
    /// The polynomial 0x1EDC6F41, reflected.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let table = Self.table
        return ~bytes.reduce(0xffff_ffff) { value, byte in table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
    }

    /// As the frame format stores it, so that a checksum of checksums is of use.
    static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let value = checksum(bytes)
        return (value >> 15 | value << 17) &+ 0xa282_ead8
    }
}
