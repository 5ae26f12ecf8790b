/// Thirty-two bytes: a hash, a Merkle root, an update id.
///
/// Stored as four words in memory order, so equality, hashing and ordering need no loops over bytes.
public struct Hash32: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline var w0: UInt64
    @usableFromInline var w1: UInt64
    @usableFromInline var w2: UInt64
    @usableFromInline var w3: UInt64

    /// Thirty-two zero bytes.
    public static let zero = Hash32()

    @inlinable public init() { (w0, w1, w2, w3) = (0, 0, 0, 0) }

    /// The given bytes, or `nil` when there are not exactly 32.
    @inlinable public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.init()
        withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }

    /// Fills the value in place through `body`, which sees 32 zero bytes.
    @inlinable public init<E: Error>(
        unsafeBytes body: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        self.init()
        try withUnsafeMutableBytes(body)
    }

    /// Parses `0x`-prefixed or bare hexadecimal of exactly 64 digits.
    public init(hex: String) throws(HexError) {
        let bytes = try [UInt8](hex: hex)
        guard let value = Self(bytes) else { throw .wrongLength(expected: 32, actual: bytes.count) }
        self = value
    }

    /// The 32 bytes in order.
    @inlinable public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// `0x`-prefixed lower-case hexadecimal, 66 characters.
    public var hex: String { bytes.hex }

    /// `0x` and the first eight digits, for logs.
    public var shortHex: String { String(hex.prefix(10)) }

    @inlinable public var isZero: Bool { (w0 | w1 | w2 | w3) == 0 }

    @inlinable public func withUnsafeBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try withUnsafePointer(to: self) { (pointer) throws(E) -> R in
            try body(UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer), count: 32))
        }
    }

    @inlinable public mutating func withUnsafeMutableBytes<R, E: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try withUnsafeMutablePointer(to: &self) { (pointer) throws(E) -> R in
            try body(UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(pointer), count: 32))
        }
    }

    /// The byte at `index`, 0 to 31.
    @inlinable public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < 32)
        return withUnsafeBytes { $0[index] }
    }
}

extension Hash32: Comparable {
    /// Lexicographic order of the bytes.
    @inlinable public static func < (left: Self, right: Self) -> Bool {
        if left.w0 != right.w0 { return left.w0.byteSwapped < right.w0.byteSwapped }
        if left.w1 != right.w1 { return left.w1.byteSwapped < right.w1.byteSwapped }
        if left.w2 != right.w2 { return left.w2.byteSwapped < right.w2.byteSwapped }
        return left.w3.byteSwapped < right.w3.byteSwapped
    }
}

extension Hash32: CustomStringConvertible {
    public var description: String { hex }
}
