/// The losses of a round's steps as text, one line a step: `step bits loss`. Two machines that replay one round
/// compare such files to find the first step in which they part.
public struct StepTrace: Sendable, Equatable {
    /// FP32 bit patterns of the steps' losses.
    public let lossBits: [UInt32]

    public init(losses: [Float]) { lossBits = losses.map(\.bitPattern) }

    /// Reads ``text``; `nil` when a line is none of it.
    public init?(text: String) {
        var bits: [UInt32] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 3, Int(words[0]) == bits.count + 1, words[1].utf8.count == 8, words[1].utf8.allSatisfy({ $0 != 0x2b }),
                let value = UInt32(words[1], radix: 16)
            else { return nil }
            bits.append(value)
        }
        lossBits = bits
    }

    public var text: String {
        lossBits.enumerated().map { index, bits in
            let digits = String(bits, radix: 16)
            return "\(index + 1) \(String(repeating: "0", count: 8 - digits.utf8.count))\(digits) \(Float(bitPattern: bits))\n"
        }.joined()
    }

    /// The first step, counted from 1, in which two rounds part; `nil` when all agree.
    public func firstDifference(from other: StepTrace) -> Int? {
        for (index, pair) in zip(lossBits, other.lossBits).enumerated() where pair.0 != pair.1 { return index + 1 }
        return lossBits.count == other.lossBits.count ? nil : min(lossBits.count, other.lossBits.count) + 1
    }
}
