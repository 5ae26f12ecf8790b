import Synchronization

/// What the tracers of one request may hold together, however many transactions it names.
public final class TraceBudget: Sendable {
    private let entries: Atomic<Int>
    private let bytes: Atomic<Int>

    /// - Parameters:
    ///   - entries: instructions that are noted.
    ///   - bytes: of stacks, memories, inputs, outputs, codes and logs.
    public init(entries: Int = StructLogger.mostEntries, bytes: Int = StructLogger.mostBytes) {
        self.entries = Atomic(entries)
        self.bytes = Atomic(bytes)
    }

    /// Whether there is room for so much more; counts it.
    public func take(entries count: Int = 0, bytes size: Int) -> Bool {
        let entriesLeft = entries.subtract(count, ordering: .relaxed).newValue
        let bytesLeft = bytes.subtract(size, ordering: .relaxed).newValue
        return entriesLeft >= 0 && bytesLeft >= 0
    }
}
