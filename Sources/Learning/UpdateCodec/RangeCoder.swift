/// How likely a bit is to be one, learnt from the bits that came before it: the mean of a quick and a slow estimate.
///
/// Integers alone, so that everybody learns the same.
struct BitModel {
    private var quick: UInt16 = 0x8000
    private var slow: UInt16 = 0x8000

    /// The probability of a one in 4,096ths, 1 to 4,095.
    var probability: UInt32 { max(1, min(4095, (UInt32(quick) + UInt32(slow)) >> 5)) }

    mutating func learn(_ bit: Bool) {
        quick = Self.moved(quick, by: 5, to: bit)
        slow = Self.moved(slow, by: 7, to: bit)
    }

    /// The estimate moved by 2^-`shift` of its distance to 0 or 65,536, rounded down; it reaches neither.
    private static func moved(_ estimate: UInt16, by shift: UInt16, to bit: Bool) -> UInt16 {
        guard bit else { return estimate - estimate >> shift }
        return estimate + UInt16(truncatingIfNeeded: (65_536 - UInt32(estimate)) >> UInt32(shift))
    }
}

/// Writes bits in as much room as their models find them surprising (a binary range coder).
///
/// The state is an interval of `range` from `low`; a one takes its lower `range / 4096 · p` (⌊range / 2^12⌋ first), a
/// zero the rest. When the range falls below 2^24, the highest byte of the low end leaves. The stream ends with the
/// four bytes of the low end.
struct RangeEncoder {
    private(set) var bytes: [UInt8] = []
    private var low: UInt64 = 0
    private var range = UInt32.max
    /// The last byte that left, and how many bytes of 255 after it a carry may still change.
    private var held: UInt8?
    private var run = 0

    mutating func append(_ bit: Bool, _ model: inout BitModel) {
        let bound = (range >> 12) * model.probability
        if bit {
            range = bound
        } else {
            low += UInt64(bound)
            range -= bound
        }
        model.learn(bit)
        while range < 1 << 24 {
            range <<= 8
            shift()
        }
    }

    /// The whole stream.
    mutating func finish() -> [UInt8] {
        for _ in 0..<4 { shift() }
        release(carry: 0)
        return bytes
    }

    /// Takes the highest byte off the low end.
    private mutating func shift() {
        let carry = UInt8(truncatingIfNeeded: low >> 32)
        let top = UInt8(truncatingIfNeeded: low >> 24)
        if carry == 1 || top != 0xff {
            release(carry: carry)
            held = top
        } else {
            run += 1
        }
        low = (low & 0x00ff_ffff) << 8
    }

    private mutating func release(carry: UInt8) {
        if let held { bytes.append(held &+ carry) }
        bytes.append(contentsOf: repeatElement(0xff &+ carry, count: run))
        run = 0
        held = nil
    }
}

/// Reads what `RangeEncoder` wrote. Past the end it reads zeros and remembers that it did.
struct RangeDecoder {
    private let bytes: [UInt8]
    private var position = 0
    private var range = UInt32.max
    private var code: UInt32 = 0
    private(set) var isExhausted = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        for _ in 0..<4 { code = code << 8 | next() }
    }

    mutating func read(_ model: inout BitModel) -> Bool {
        let bound = (range >> 12) * model.probability
        let bit = code < bound
        if bit {
            range = bound
        } else {
            code -= bound
            range -= bound
        }
        model.learn(bit)
        while range < 1 << 24 {
            range <<= 8
            code = code << 8 | next()
        }
        return bit
    }

    /// Whether the stream was read to its end and not beyond.
    var isFinished: Bool { position == bytes.count && !isExhausted }

    private mutating func next() -> UInt32 {
        guard position < bytes.count else {
            isExhausted = true
            return 0
        }
        defer { position += 1 }
        return UInt32(bytes[position])
    }
}
