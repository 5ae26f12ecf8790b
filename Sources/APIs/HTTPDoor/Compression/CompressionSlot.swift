import Synchronization

/// The right to compress an answer, given back when the answer is sent or dropped.
final class CompressionSlot: Sendable {
    /// Answers compressed at once, over all doors.
    static let limit = 16

    private static let taken = Mutex(0)

    /// `nil` when all are taken.
    init?() {
        let isFree = Self.taken.withLock { taken in
            guard taken < Self.limit else { return false }
            taken += 1
            return true
        }
        if !isFree { return nil }
    }

    deinit { Self.taken.withLock { $0 -= 1 } }
}
