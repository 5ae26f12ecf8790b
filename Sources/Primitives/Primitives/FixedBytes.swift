/// A byte string of fixed length `count`, stored inline: public keys, signatures, selectors, fork versions.
///
/// Ordered lexicographically. `Hash32` and `Address` have their own, word-based types because they are
/// used as dictionary keys on hot paths.
public struct FixedBytes<let count: Int>: Sendable {
    @usableFromInline var storage: InlineArray<count, UInt8>

    /// All bytes zero.
    @inlinable public init() { storage = InlineArray(repeating: 0) }

    /// The given bytes, or `nil` when their number is not `count`.
    @inlinable public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == count else { return nil }
        storage = InlineArray(repeating: 0)
        var index = 0
        for byte in bytes {
            storage[index] = byte
            index += 1
        }
    }

    /// Exactly these bytes; a literal of the wrong length does not compile.
    @inlinable public init(storage: InlineArray<count, UInt8>) { self.storage = storage }

    /// Parses `0x`-prefixed or bare hexadecimal of exactly `2 * count` digits.
    public init(hex: String) throws(HexError) {
        let bytes = try [UInt8](hex: hex)
        guard let value = Self(bytes) else { throw .wrongLength(expected: count, actual: bytes.count) }
        self = value
    }

    /// The bytes in order.
    @inlinable public var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer.initializeElement(at: index, to: storage[index]) }
            initialized = count
        }
    }

    /// `0x`-prefixed lower-case hexadecimal.
    public var hex: String { bytes.hex }

    @inlinable public subscript(index: Int) -> UInt8 {
        get { storage[index] }
        set { storage[index] = newValue }
    }

    /// Calls `body` with the bytes in place.
    @inlinable public func withUnsafeBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try withUnsafePointer(to: storage) { (pointer) throws(E) -> R in
            try body(UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer), count: count))
        }
    }

    /// Calls `body` with the bytes in place, to be overwritten.
    @inlinable public mutating func withUnsafeMutableBytes<R, E: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try withUnsafeMutablePointer(to: &storage) { (pointer) throws(E) -> R in
            try body(UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(pointer), count: count))
        }
    }
}

extension FixedBytes: BitwiseCopyable {}

extension FixedBytes: Equatable {
    @inlinable public static func == (left: Self, right: Self) -> Bool {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                var offset = 0
                while offset + 8 <= count {
                    let isEqual =
                        left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                        == right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    if !isEqual { return false }
                    offset += 8
                }
                while offset < count {
                    if left[offset] != right[offset] { return false }
                    offset += 1
                }
                return true
            }
        }
    }
}

extension FixedBytes: Hashable {
    @inlinable public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension FixedBytes: Comparable {
    @inlinable public static func < (left: Self, right: Self) -> Bool {
        for index in 0..<count where left.storage[index] != right.storage[index] {
            return left.storage[index] < right.storage[index]
        }
        return false
    }
}

extension FixedBytes: CustomStringConvertible {
    public var description: String { hex }
}

/// Four bytes: fork versions, domain types, function selectors.
public typealias Bytes4 = FixedBytes<4>
/// Eight bytes: execution header nonces, payload ids.
public typealias Bytes8 = FixedBytes<8>
/// Forty-eight bytes: a compressed BLS12-381 G1 point.
public typealias Bytes48 = FixedBytes<48>
/// Ninety-six bytes: a compressed BLS12-381 G2 point.
public typealias Bytes96 = FixedBytes<96>
/// Two hundred and fifty-six bytes: an execution logs bloom.
public typealias LogsBloom = FixedBytes<256>
