/// Writes bits, the lowest of each byte first.
struct BitWriter {
    private var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var pendingCount = 0

    /// Appends the low `count` (at most 32) bits of `value`, lowest first.
    mutating func append(_ value: UInt32, count: Int) {
        pending |= UInt64(value) << UInt64(pendingCount)
        pendingCount += count
        while pendingCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            pendingCount -= 8
        }
    }

    mutating func appendOnes(_ count: Int) {
        for _ in 0..<count { append(1, count: 1) }
    }

    /// The bytes, the last one padded with zeros.
    mutating func finish() -> [UInt8] {
        if pendingCount > 0 { append(0, count: 8 - pendingCount) }
        return bytes
    }
}

/// Reads what `BitWriter` wrote.
struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next `count` bits, the first lowest; `nil` when there are fewer.
    mutating func read(_ count: Int) -> Int? {
        guard position + count <= 8 * bytes.count else { return nil }
        var value = 0
        for index in 0..<count {
            value |= Int(bytes[position / 8] >> UInt8(position % 8) & 1) << index
            position += 1
        }
        return value
    }

    /// Whether only the zero padding of the last byte is left.
    var isFinished: Bool {
        guard (position + 7) / 8 == bytes.count else { return false }
        return position % 8 == 0 || bytes[position / 8] >> UInt8(position % 8) == 0
    }
}
