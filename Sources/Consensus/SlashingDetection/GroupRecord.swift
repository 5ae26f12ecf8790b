public import BeaconTypes

/// What is remembered of a group of validators besides its chunks: how far its ring has come, and the highest votes.
public struct GroupRecord: Hashable, Sendable {
    /// The last epoch for which the ring has a row.
    public var currentEpoch: Epoch
    /// By seat; `nil` for a validator without a vote.
    public private(set) var highest: [HighestVote?]

    /// The highest source and the highest target that a validator voted for, not necessarily in one vote.
    public struct HighestVote: Hashable, Sendable {
        public var source: Epoch
        public var target: Epoch
    }

    /// A group without any vote.
    public init(currentEpoch: Epoch) {
        self.currentEpoch = currentEpoch
        highest = [HighestVote?](repeating: nil, count: SpanLayout.validatorsPerGroup)
    }

    /// Raises the marks of a seat.
    public mutating func note(seat: Int, source: Epoch, target: Epoch) {
        guard highest.indices.contains(seat) else { return }
        let known = highest[seat]
        highest[seat] = HighestVote(source: max(known?.source ?? 0, source), target: max(known?.target ?? 0, target))
    }

    /// Eight bytes of epoch, then for each seat one byte that says whether there is a vote, eight of source and eight of target;
    /// big-endian.
    public var bytes: [UInt8] {
        var bytes = currentEpoch.bigEndianBytes
        for vote in highest {
            bytes.append(vote == nil ? 0 : 1)
            bytes += (vote?.source ?? 0).bigEndianBytes + (vote?.target ?? 0).bigEndianBytes
        }
        return bytes
    }

    public init(bytes: [UInt8]) throws(SlashingDetectionError) {
        guard bytes.count == 8 + 17 * SpanLayout.validatorsPerGroup else { throw .damagedGroup(byteCount: bytes.count) }
        self.init(currentEpoch: UInt64(bigEndianBytes: bytes[..<8]))
        for seat in 0..<SpanLayout.validatorsPerGroup {
            let start = 8 + 17 * seat
            guard bytes[start] == 1 else { continue }
            highest[seat] = HighestVote(
                source: UInt64(bigEndianBytes: bytes[start + 1..<start + 9]), target: UInt64(bigEndianBytes: bytes[start + 9..<start + 17]))
        }
    }
}

extension UInt64 {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }

    init(bigEndianBytes bytes: ArraySlice<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
