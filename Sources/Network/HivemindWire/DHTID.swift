import Crypto
public import MessagePack
import Primitives

/// A place in Hivemind's key space: 160 bits, the SHA-1 of a key. Compared as a number, most significant byte first.
///
/// SHA-1 is what the network agreed on; nothing rests on its strength but where a record lies.
public struct DHTID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public static let byteCount = 20
    public static let bitCount = 160

    let high: UInt64
    let middle: UInt64
    let low: UInt32

    init(high: UInt64, middle: UInt64, low: UInt32) { (self.high, self.middle, self.low) = (high, middle, low) }

    /// The id that these 20 bytes are; `nil` for any other number of them.
    public init?(bytes: some RandomAccessCollection<UInt8>) {
        guard bytes.count == Self.byteCount, let high = bytes.bigEndian(UInt64.self, at: 0),
            let middle = bytes.bigEndian(UInt64.self, at: 8), let low = bytes.bigEndian(UInt32.self, at: 16)
        else { return nil }
        self.init(high: high, middle: middle, low: low)
    }

    /// The place of `bytes`.
    public init(hashing bytes: [UInt8]) {
        let digest = Array(Insecure.SHA1.hash(data: bytes))
        self = DHTID(bytes: digest) ?? DHTID(high: 0, middle: 0, low: 0)
    }

    /// The place of a key: byte strings are hashed as they are, everything else as MessagePack.
    public init(key: MessagePackValue) {
        if case .binary(let bytes) = key { self.init(hashing: bytes) } else { self.init(hashing: key.bytes) }
    }

    /// The place of a key that is a text.
    public init(key: String) { self.init(key: .text(key)) }

    public var bytes: [UInt8] { high.bigEndianBytes + middle.bigEndianBytes + low.bigEndianBytes }

    /// The XOR with another, itself a number to compare.
    public func distance(to other: DHTID) -> DHTID {
        DHTID(high: high ^ other.high, middle: middle ^ other.middle, low: low ^ other.low)
    }

    /// How many leading bits are zero: of a distance, the length of the common prefix.
    public var leadingZeros: Int {
        if high != 0 { return high.leadingZeroBitCount }
        if middle != 0 { return 64 + middle.leadingZeroBitCount }
        return 128 + low.leadingZeroBitCount
    }

    public static func < (left: DHTID, right: DHTID) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }

    public var description: String { "0x" + bytes.bareHex }
}
