/// A 20-byte execution-layer account address.
public struct Address: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline var w0: UInt64
    @usableFromInline var w1: UInt64
    @usableFromInline var w2: UInt32

    /// Twenty zero bytes.
    public static let zero = Address()

    @inlinable public init() { (w0, w1, w2) = (0, 0, 0) }

    /// The given bytes, or `nil` when there are not exactly 20.
    @inlinable public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 20 else { return nil }
        self.init()
        withUnsafeMutablePointer(to: &self) {
            UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer($0), count: 20).copyBytes(from: bytes)
        }
    }

    /// Exactly these bytes; a literal of the wrong length does not compile.
    @inlinable public init(storage: InlineArray<20, UInt8>) {
        self.init()
        withUnsafeMutablePointer(to: &self) { target in
            Swift.withUnsafeBytes(of: storage) { UnsafeMutableRawBufferPointer(start: target, count: 20).copyMemory(from: $0) }
        }
    }

    /// Parses `0x`-prefixed or bare hexadecimal of exactly 40 digits, in any letter case.
    public init(hex: String) throws(HexError) {
        let bytes = try [UInt8](hex: hex)
        guard let value = Self(bytes) else { throw .wrongLength(expected: 20, actual: bytes.count) }
        self = value
    }

    /// The 20 bytes in order.
    @inlinable public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// `0x`-prefixed lower-case hexadecimal.
    public var hex: String { bytes.hex }

    /// `0x`-prefixed hexadecimal with the EIP-55 checksum in its letter case, as web3 libraries require.
    public var checksummed: String {
        let lower = Array(bytes.hex.dropFirst(2).utf8)
        let digest = Keccak256.hash(lower)
        var result = "0x"
        for (index, character) in lower.enumerated() {
            let nibble = index % 2 == 0 ? digest[index / 2] >> 4 : digest[index / 2] & 0x0f
            let isLetter = character >= UInt8(ascii: "a")
            result.unicodeScalars.append(Unicode.Scalar(isLetter && nibble >= 8 ? character - 32 : character))
        }
        return result
    }

    @inlinable public func withUnsafeBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try withUnsafePointer(to: self) { (pointer) throws(E) -> R in
            try body(UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer), count: 20))
        }
    }
}

extension Address: CustomStringConvertible {
    public var description: String { hex }
}
