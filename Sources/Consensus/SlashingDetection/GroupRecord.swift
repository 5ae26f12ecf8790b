public import BeaconTypes
import Primitives

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
        var bytes: [UInt8] = []
        bytes.append(bigEndian: currentEpoch)
        for vote in highest {
            bytes.append(vote == nil ? 0 : 1)
            bytes.append(bigEndian: vote?.source ?? 0)
            bytes.append(bigEndian: vote?.target ?? 0)
        }
        return bytes
    }

    public init(bytes: [UInt8]) throws(SlashingDetectionError) {
        guard bytes.count == 8 + 17 * SpanLayout.validatorsPerGroup, let epoch = bytes.bigEndian(Epoch.self, at: 0) else {
            throw .damagedGroup(byteCount: bytes.count)
        }
        self.init(currentEpoch: epoch)
        for seat in 0..<SpanLayout.validatorsPerGroup {
            let start = 8 + 17 * seat
            guard bytes[start] == 1, let source = bytes.bigEndian(Epoch.self, at: start + 1),
                let target = bytes.bigEndian(Epoch.self, at: start + 9)
            else { continue }
            highest[seat] = HighestVote(source: source, target: target)
        }
    }
}
