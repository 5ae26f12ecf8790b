/// `GENESIS_TIME` and `--genesis-time`: a time in Unix seconds, committed in genesis.
public enum GenesisTimeSetting {
    /// From 1970 to the end of the year 9999: times in milliseconds and nanoseconds are mistakes, and sums of slots
    /// stay far from the end of 64 bits.
    public static let range: ClosedRange<UInt64> = 0...253_402_300_799

    /// Why a genesis time was refused.
    public struct InvalidTime: Error, Equatable, Sendable, CustomStringConvertible {
        public let key: String
        public let text: String
        public var description: String {
            "\(key) is '\(text)'; a genesis time is in Unix seconds, from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// Reads a time from the setting `key`.
    public static func parse(_ text: String, key: String) throws(InvalidTime) -> UInt64 {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let time = UInt64(text), range.contains(time) else {
            throw InvalidTime(key: key, text: text)
        }
        return time
    }
}
