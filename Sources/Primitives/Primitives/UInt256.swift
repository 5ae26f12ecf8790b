/// An unsigned 256-bit integer, two's-complement wrapping only where an operator says so (`&+`, `&-`, `&*`).
public struct UInt256: Hashable, Sendable, BitwiseCopyable {
    /// The upper 128 bits.
    public var high: UInt128
    /// The lower 128 bits.
    public var low: UInt128

    public static let zero = UInt256(high: 0, low: 0)
    public static let one = UInt256(high: 0, low: 1)
    public static let max = UInt256(high: .max, low: .max)

    @inlinable public init(high: UInt128, low: UInt128) {
        self.high = high
        self.low = low
    }

    @inlinable public init(_ value: UInt64) { self.init(high: 0, low: UInt128(value)) }

    /// Reads 32 big-endian bytes.
    public init(bigEndian hash: Hash32) {
        self = hash.withUnsafeBytes { bytes in
            UInt256(
                high: UInt128(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt128.self)),
                low: UInt128(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt128.self)))
        }
    }

    /// Reads 32 little-endian bytes, the SSZ form of `uint256`.
    public init(littleEndian hash: Hash32) {
        self = hash.withUnsafeBytes { bytes in
            UInt256(
                high: UInt128(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt128.self)),
                low: UInt128(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt128.self)))
        }
    }

    /// Reads at most 32 big-endian bytes; `nil` for more.
    public init?(bigEndianBytes bytes: some Collection<UInt8>) {
        guard bytes.count <= 32 else { return nil }
        self = .zero
        for byte in bytes { self = (self << 8) | UInt256(UInt64(byte)) }
    }

    /// 32 big-endian bytes.
    public var bigEndianHash: Hash32 {
        Hash32 { output in
            output.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt128.self)
            output.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt128.self)
        }
    }

    /// 32 little-endian bytes, the SSZ form of `uint256`.
    public var littleEndianHash: Hash32 {
        Hash32 { output in
            output.storeBytes(of: low.littleEndian, toByteOffset: 0, as: UInt128.self)
            output.storeBytes(of: high.littleEndian, toByteOffset: 16, as: UInt128.self)
        }
    }

    /// Big-endian bytes without leading zeros: the RLP form. Zero is empty.
    public var minimalBigEndianBytes: [UInt8] { Array(bigEndianHash.bytes.drop { $0 == 0 }) }

    /// The value as `UInt64`, or `nil` when it does not fit.
    @inlinable public var asUInt64: UInt64? { high == 0 ? UInt64(exactly: low) : nil }

    @inlinable public var isZero: Bool { high == 0 && low == 0 }

    @inlinable public var leadingZeroBitCount: Int {
        high == 0 ? 128 + low.leadingZeroBitCount : high.leadingZeroBitCount
    }
}

extension UInt256: Comparable {
    @inlinable public static func < (left: Self, right: Self) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}

extension UInt256: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: UInt64) { self.init(value) }
}
