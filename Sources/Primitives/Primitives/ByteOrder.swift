/// Numbers as bytes in both orders. Everything but the hottest loops should read and write through it.
extension FixedWidthInteger {
    /// All bytes, most significant first.
    @inlinable public var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { [UInt8]($0) } }

    /// All bytes, least significant first.
    @inlinable public var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { [UInt8]($0) } }

    /// The bytes from the first that is not zero, most significant first: none for zero.
    @inlinable public var minimalBigEndianBytes: [UInt8] {
        withUnsafeBytes(of: bigEndian) { [UInt8]($0.dropFirst(leadingZeroBitCount / 8)) }
    }

    /// The number that these bytes are, most significant first; `nil` when there are more than the type holds. Fewer are the
    /// low ones, and none are zero.
    @inlinable public init?(bigEndianBytes bytes: some Collection<UInt8>) {
        guard bytes.count <= MemoryLayout<Self>.size else { return nil }
        self = 0
        for byte in bytes { self = self << 8 | Self(truncatingIfNeeded: byte) }
    }

    /// The number that these bytes are, least significant first; `nil` when there are more than the type holds. Fewer are the
    /// low ones, and none are zero.
    @inlinable public init?(littleEndianBytes bytes: some Collection<UInt8>) {
        guard bytes.count <= MemoryLayout<Self>.size else { return nil }
        self = 0
        for (place, byte) in bytes.enumerated() { self |= Self(truncatingIfNeeded: byte) << (8 * place) }
    }
}

extension RandomAccessCollection<UInt8> {
    /// The number whose bytes begin `offset` bytes behind the start, most significant first; `nil` when they are not all there.
    @inlinable public func bigEndian<Number: FixedWidthInteger>(_ type: Number.Type = Number.self, at offset: Int) -> Number? {
        loadWhole(at: offset).map(Number.init(bigEndian:))
    }

    /// The number whose bytes begin `offset` bytes behind the start, least significant first; `nil` when they are not all there.
    @inlinable public func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type = Number.self, at offset: Int) -> Number? {
        loadWhole(at: offset).map(Number.init(littleEndian:))
    }

    /// The bytes at `offset` as they lie in memory.
    @inlinable func loadWhole<Number: FixedWidthInteger>(at offset: Int) -> Number? {
        guard offset >= 0, count - offset >= MemoryLayout<Number>.size else { return nil }
        var number: Number = 0
        withUnsafeMutableBytes(of: &number) { $0.copyBytes(from: self.dropFirst(offset).prefix(MemoryLayout<Number>.size)) }
        return number
    }
}

extension UnsafePointer<UInt8> {
    /// The number whose bytes begin here, least significant first. All of them must be there.
    @inlinable @inline(__always) public func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> Number {
        Number(littleEndian: UnsafeRawPointer(self).loadUnaligned(as: Number.self))
    }
}

extension RangeReplaceableCollection<UInt8> {
    /// Appends all bytes of `number`, most significant first.
    @inlinable public mutating func append(bigEndian number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends all bytes of `number`, least significant first.
    @inlinable public mutating func append(littleEndian number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}

extension Hash32 {
    /// The number in the bytes from `offset`, most significant first; they must lie inside the hash.
    @inlinable public func bigEndian<Number: FixedWidthInteger>(_ type: Number.Type = Number.self, at offset: Int) -> Number {
        Number(bigEndian: load(at: offset))
    }

    /// The number in the bytes from `offset`, least significant first; they must lie inside the hash.
    @inlinable public func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type = Number.self, at offset: Int) -> Number {
        Number(littleEndian: load(at: offset))
    }

    @inlinable func load<Number: FixedWidthInteger>(at offset: Int) -> Number {
        precondition(offset >= 0 && offset <= 32 - MemoryLayout<Number>.size)
        return withUnsafeBytes { bytes in
            var number: Number = 0
            Swift.withUnsafeMutableBytes(of: &number) {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + MemoryLayout<Number>.size]))
            }
            return number
        }
    }
}

extension Bytes8 {
    /// The eight bytes of `number`, most significant first.
    @inlinable public init(bigEndian number: UInt64) {
        self.init()
        withUnsafeMutableBytes { $0.storeBytes(of: number.bigEndian, as: UInt64.self) }
    }

    /// The number that the bytes are, most significant first.
    @inlinable public var bigEndianNumber: UInt64 {
        withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
