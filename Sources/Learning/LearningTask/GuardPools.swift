public import Primitives

/// The pools from which a chain draws the slices that judge its candidates.
public struct GuardPools: Sendable, Equatable {
    /// How many sentences of the task a slice has (`TASK_SLICE_SENTENCES`).
    public static let taskCount = 64
    /// How many general ones (`GENERAL_SLICE_SENTENCES`).
    public static let generalCount = 96

    public let task: TextPool
    public let general: TextPool

    public init(task: TextPool, general: TextPool) {
        self.task = task
        self.general = general
    }

    /// The sentences that `seed` draws, in the order in which they are drawn.
    public func slice(_ seed: Hash32) -> (task: [String], general: [String]) {
        let drawn = indices(seed)
        return (drawn.task.map { task.sentences[$0] }, drawn.general.map { general.sentences[$0] })
    }

    /// Where the sentences that `seed` draws stand in their pools.
    public func indices(_ seed: Hash32) -> (task: [Int], general: [Int]) {
        func drawn(_ pool: TextPool, _ count: Int) -> [Int] {
            GuardSlice.draw(seed: seed, poolRoot: pool.root, poolCount: pool.sentences.count, count: count)
        }
        return (drawn(task, Self.taskCount), drawn(general, Self.generalCount))
    }
}
