import Primitives

/// The checksum of IEEE 802.3.
struct CRC32: Sendable {
    private var state = UInt32.max

    mutating func update(_ bytes: [UInt8]) {
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ 0xedb8_8320 : state >> 1 }
        }
    }

    /// Big-endian.
    var bytes: Bytes4 { Bytes4((~state).bigEndianBytes) ?? Bytes4() }
}
