public import Primitives

/// The pools from which a chain draws the slices that judge its candidates.
public struct GuardPools: Sendable, Equatable {
    /// How many sentences of the task a slice has.
    public static let taskCount = 128
    /// How many general ones.
    public static let generalCount = 128

    public let task: TextPool
    public let general: TextPool

    public init(task: TextPool, general: TextPool) {
        self.task = task
        self.general = general
    }

    /// The sentences that `seed` draws, in the order in which they are drawn.
    public func slice(_ seed: Hash32) -> (task: [String], general: [String]) {
        func drawn(_ pool: TextPool, _ count: Int) -> [String] {
            GuardSlice.draw(seed: seed, poolRoot: pool.root, poolCount: pool.sentences.count, count: count).map { pool.sentences[$0] }
        }
        return (drawn(task, Self.taskCount), drawn(general, Self.generalCount))
    }
}
