/// Keccak-256 over bytes that come in parts; the digest of what came so far can be taken at any time.
public struct KeccakStream: Sendable {
    private var state = InlineArray<25, UInt64>(repeating: 0)
    /// Bytes in the block that is not full yet.
    private var filled = 0

    public init() {}

    public mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            state[filled / 8] ^= UInt64(byte) << UInt64(8 * (filled % 8))
            filled += 1
            if filled == Keccak256.rate {
                keccakF1600(&state)
                filled = 0
            }
        }
    }

    /// The digest of all bytes so far. More may follow.
    public var digest: Hash32 {
        var state = state
        state[filled / 8] ^= 0x01 << UInt64(8 * (filled % 8))
        state[Keccak256.rate / 8 - 1] ^= 0x80 << 56
        keccakF1600(&state)
        return Hash32 { output in
            for lane in 0..<4 { output.storeBytes(of: state[lane].littleEndian, toByteOffset: 8 * lane, as: UInt64.self) }
        }
    }
}
