/// Keccak-256 with the original padding byte 0x01, as Ethereum uses it (not NIST SHA3-256).
public enum Keccak256 {
    static let rate = 136

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Hash32 {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The digest of the bytes in `buffer`.
    public static func hash(_ buffer: UnsafeRawBufferPointer) -> Hash32 {
        var state = InlineArray<25, UInt64>(repeating: 0)
        var offset = 0
        while buffer.count - offset >= rate {
            for lane in 0..<(rate / 8) {
                state[lane] ^= UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset + 8 * lane, as: UInt64.self))
            }
            keccakF1600(&state)
            offset += rate
        }
        absorbLast(UnsafeRawBufferPointer(rebasing: buffer[offset...]), into: &state)
        return Hash32 { output in
            for lane in 0..<4 {
                output.storeBytes(of: state[lane].littleEndian, toByteOffset: 8 * lane, as: UInt64.self)
            }
        }
    }

    /// Absorbs the final partial block with its padding and permutes.
    private static func absorbLast(_ tail: UnsafeRawBufferPointer, into state: inout InlineArray<25, UInt64>) {
        for (index, byte) in tail.enumerated() {
            state[index / 8] ^= UInt64(byte) << UInt64(8 * (index % 8))
        }
        state[tail.count / 8] ^= 0x01 << UInt64(8 * (tail.count % 8))
        state[rate / 8 - 1] ^= 0x80 << 56
        keccakF1600(&state)
    }
}
