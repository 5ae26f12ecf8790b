/// Bits packed as SSZ packs them: bit `i` is bit `i mod 8` of byte `i / 8`. Bits behind `count` are zero.
@usableFromInline struct PackedBits: Hashable, Sendable {
    @usableFromInline var bytes: [UInt8]
    @usableFromInline var count: Int

    @usableFromInline init(count: Int) {
        bytes = [UInt8](repeating: 0, count: (count + 7) / 8)
        self.count = count
    }

    @usableFromInline init(bytes: [UInt8], count: Int) {
        self.bytes = bytes
        self.count = count
    }

    @inlinable subscript(index: Int) -> Bool {
        get {
            precondition(index >= 0 && index < count, "bit index out of range")
            return bytes[index >> 3] >> UInt8(index & 7) & 1 == 1
        }
        set {
            precondition(index >= 0 && index < count, "bit index out of range")
            let mask = 1 << UInt8(index & 7)
            if newValue { bytes[index >> 3] |= UInt8(mask) } else { bytes[index >> 3] &= ~UInt8(mask) }
        }
    }

    /// How many bits are set.
    @usableFromInline var setCount: Int { bytes.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// The indices of the set bits, ascending.
    @usableFromInline var setIndices: [Int] {
        var indices: [Int] = []
        for (position, byte) in bytes.enumerated() where byte != 0 {
            var rest = byte
            while rest != 0 {
                indices.append(8 * position + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return indices
    }
}
