import Primitives

extension EVM {
    /// Reads 32 big-endian bytes.
    @inline(__always) static func load(_ pointer: UnsafeRawPointer) -> UInt256 {
        UInt256(
            high: UInt128(bigEndian: pointer.loadUnaligned(as: UInt128.self)),
            low: UInt128(bigEndian: pointer.loadUnaligned(fromByteOffset: 16, as: UInt128.self)))
    }

    /// Writes 32 big-endian bytes.
    @inline(__always) static func store(_ value: UInt256, _ pointer: UnsafeMutableRawPointer) {
        pointer.storeBytes(of: value.high.bigEndian, as: UInt128.self)
        pointer.storeBytes(of: value.low.bigEndian, toByteOffset: 16, as: UInt128.self)
    }

    /// An address as a stack item.
    @inline(__always) static func word(_ address: Address) -> UInt256 {
        address.withUnsafeBytes { bytes in
            let high = UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))
            let low = UInt128(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt128.self))
            return UInt256(high: UInt128(high), low: low)
        }
    }

    /// The last 20 bytes of a stack item.
    @inline(__always) static func address(_ word: UInt256) -> Address {
        withUnsafeBytes(
            of: (
                UInt32(truncatingIfNeeded: word.high).bigEndian,
                UInt64(truncatingIfNeeded: word.low >> 64).bigEndian,
                UInt64(truncatingIfNeeded: word.low).bigEndian
            )
        ) { bytes in
            // The tuple has four bytes of padding behind its first member.
            var storage = InlineArray<20, UInt8>(repeating: 0)
            for index in 0..<4 { storage[index] = bytes[index] }
            for index in 0..<16 { storage[4 + index] = bytes[8 + index] }
            return Address(storage: storage)
        }
    }

    /// `count` bytes of `source` from `offset` on into `target`, zeros where the source ends.
    static func copy(
        _ source: UnsafeRawBufferPointer, from offset: UInt256, to target: UnsafeMutableRawPointer,
        count: Int
    ) {
        guard count > 0 else { return }
        var copied = 0
        if let start = offset.asUInt64, start < UInt64(source.count), let base = source.baseAddress {
            copied = min(count, source.count - Int(start))
            target.copyMemory(from: base + Int(start), byteCount: copied)
        }
        if copied < count {
            (target + copied).initializeMemory(as: UInt8.self, repeating: 0, count: count - copied)
        }
    }
}
